#include "launcher/supervise/child/restart_delay.h"

#include <algorithm>
#include <limits>

namespace holdfast::launcher {

std::uint32_t ends_in_a_row(std::uint32_t before, Duration ran) {
  if (ran >= kSteadyRun) return 1;
  return before == std::numeric_limits<std::uint32_t>::max() ? before : before + 1;
}

Duration restart_delay(std::uint32_t ends) {
  Duration delay = kFirstRestartDelay;
  for (std::uint32_t i = 1; i < ends && delay < kLongestRestartDelay; ++i)
    delay *= 2;
  return std::min(delay, kLongestRestartDelay);
}

}  // namespace holdfast::launcher
