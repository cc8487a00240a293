#include "control/manager/clock_watch.h"

namespace holdfast::control {
namespace {

// What the wall clock may go faster or slower than the steady one until it counts as set.
constexpr Duration kDrift = std::chrono::seconds(5);

}  // namespace

ClockWatch::ClockWatch(os::Clock& clock) : clock_(clock), ahead_(ahead()) {}

Duration ClockWatch::ahead() const {
  return clock_.now().time_since_epoch() - clock_.steady().time_since_epoch();
}

bool ClockWatch::was_set() {
  const Duration now = ahead();
  const Duration change = now - ahead_;
  if (change > -kDrift && change < kDrift) return false;
  ahead_ = now;
  return true;
}

}  // namespace holdfast::control
