// Lets one thread sleep on a clock until somebody has something for it.
#pragma once

#include <mutex>
#include <stop_token>

#include "os/clock.h"

namespace holdfast::control {

// wake() from any thread, wait() from one.
class Waker {
 public:
  explicit Waker(os::Clock& clock) : clock_(clock) {}

  void wake();
  // Returns after `most`, when it was woken since the last wait, or when stopped.
  void wait(Duration most, const std::stop_token& stop);

 private:
  os::Clock& clock_;
  std::mutex mutex_;
  bool woken_ = false;          // protected by mutex_, as what follows
  std::stop_source sleep_end_;  // of the present or next sleep
};

}  // namespace holdfast::control
