#include "support/fake_clock.h"

namespace holdfast::test {

FakeClock::FakeClock(Sleep sleep, WallTime start) : sleep_(sleep), wall_(start) {}

WallTime FakeClock::now() {
  const std::lock_guard lock(mutex_);
  return wall_;
}

os::SteadyTime FakeClock::steady() {
  const std::lock_guard lock(mutex_);
  return steady_;
}

bool FakeClock::sleep_for(Duration duration, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  sleeps_.push_back(duration);
  if (stop.stop_requested()) return false;
  if (sleep_ == Sleep::advances) {
    wall_ += duration;
    steady_ += duration;
    return true;
  }
  const os::SteadyTime end = steady_ + duration;
  ++sleepers_;
  changed_.notify_all();
  const bool reached = changed_.wait(lock, stop, [&] { return steady_ >= end; });
  --sleepers_;
  return reached && !stop.stop_requested();
}

void FakeClock::advance(Duration duration) {
  const std::lock_guard lock(mutex_);
  wall_ += duration;
  steady_ += duration;
  changed_.notify_all();
}

void FakeClock::set_wall_time(WallTime time) {
  const std::lock_guard lock(mutex_);
  wall_ = time;
}

std::vector<Duration> FakeClock::sleeps() const {
  const std::lock_guard lock(mutex_);
  return sleeps_;
}

void FakeClock::wait_for_sleepers(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return sleepers_ >= count; });
}

}  // namespace holdfast::test
