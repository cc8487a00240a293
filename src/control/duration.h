// Durations as Go writes and reads them, because schedules (`@every 1h30m`) and Kubernetes fields hold them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::control {

enum class DurationUnits {
  go,                  // ns, us (also with the micro sign), ms, s, m, h
  with_days_and_weeks  // and d = 24h, w = 7d: our own fields only
};

// Reads what Go's time.ParseDuration reads, and nothing else: an optional sign, then numbers with an optional fraction,
// each with its unit ("1h30m", "1.5h", "-10s"), or a bare "0". Fractions below a nanosecond are cut off. Code::usage
// says what is wrong: no unit, an unknown one, no number, more than 292 years.
Result<std::chrono::nanoseconds> parse_go_duration(std::string_view text, DurationUnits units = DurationUnits::go);

// "20m", "1h30m", "36h", "7d": the shortest exact form, in the units of with_days_and_weeks but without weeks; "0s".
// Not for negative durations.
std::string format_span(std::chrono::seconds span);

}  // namespace holdfast::control
