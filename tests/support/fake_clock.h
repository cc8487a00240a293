// A clock that a test moves.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "os/clock.h"

namespace holdfast::test {

// Safe for any thread.
class FakeClock final : public os::Clock {
 public:
  enum class Sleep {
    advances,  // sleep_for() moves the clock itself and returns at once
    waits,     // sleep_for() waits until advance() has moved the clock far enough, or until it is stopped
  };
  explicit FakeClock(Sleep sleep = Sleep::advances, WallTime start = WallTime(std::chrono::seconds(1'770'000'000)));

  WallTime now() override;
  os::SteadyTime steady() override;
  bool sleep_for(Duration duration, const std::stop_token& stop) override;

  void advance(Duration duration);
  // Makes the wall clock jump without the steady one, as an administrator or NTP does.
  void set_wall_time(WallTime time);
  // What sleep_for() was asked for, in order.
  std::vector<Duration> sleeps() const;
  // Returns once `count` threads wait in sleep_for(): then advance() reaches all of them.
  void wait_for_sleepers(int count);

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  const Sleep sleep_;
  WallTime wall_;
  os::SteadyTime steady_{};
  int sleepers_ = 0;
  std::vector<Duration> sleeps_;
};

}  // namespace holdfast::test
