// Time comes in through here: nothing else in the program reads a clock or sleeps.
#pragma once

#include <chrono>
#include <stop_token>

#include "base/units.h"

namespace holdfast::os {

using SteadyTime = std::chrono::steady_clock::time_point;

// Safe for any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() = 0;       // may jump; for timestamps people read
  virtual SteadyTime steady() = 0;  // never jumps; for durations and limits
  // Waits for `duration` or until `stop` is requested. Returns false when it was stopped.
  virtual bool sleep_for(Duration duration, const std::stop_token& stop) = 0;
};

// The machine's clock. Lives as long as the program.
Clock& real_clock();

}  // namespace holdfast::os
