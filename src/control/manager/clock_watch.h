// Notices that the wall clock was set, by an administrator or NTP.
#pragma once

#include "os/clock.h"

namespace holdfast::control {

// For who waits by the wall clock, as schedules and operations do: after it was set, what was planned by the wrong time
// must be planned again. One thread; the clock outlives it.
class ClockWatch {
 public:
  explicit ClockWatch(os::Clock& clock);

  // Since the last time this was asked, or since the beginning?
  bool was_set();

 private:
  Duration ahead() const;

  os::Clock& clock_;
  Duration ahead_;  // the wall clock of the steady one
};

}  // namespace holdfast::control
