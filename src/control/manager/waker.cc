#include "control/manager/waker.h"

#include <utility>

namespace holdfast::control {

void Waker::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  sleep_end_.request_stop();
}

void Waker::wait(Duration most, const std::stop_token& stop) {
  std::stop_source end;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(woken_, false)) {
      sleep_end_ = std::stop_source();
      return;
    }
    end = sleep_end_;
  }
  {
    const std::stop_callback stopped(stop, [&end] { end.request_stop(); });
    if (most > Duration::zero()) clock_.sleep_for(most, end.get_token());
  }
  const std::lock_guard lock(mutex_);
  woken_ = false;
  sleep_end_ = std::stop_source();
}

}  // namespace holdfast::control
