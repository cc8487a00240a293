#include "os/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace holdfast::os {
namespace {

class RealClock final : public Clock {
 public:
  WallTime now() override {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady() override { return std::chrono::steady_clock::now(); }
  bool sleep_for(Duration duration, const std::stop_token& stop) override {
    duration = std::min<Duration>(duration, std::chrono::days(365));  // "forever" must not overflow the clock
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

Clock& real_clock() {
  static RealClock clock;
  return clock;
}

}  // namespace holdfast::os
