#include "control/instant.h"

#include <algorithm>

namespace holdfast::control {

Instant to_instant(WallTime time) {
  return std::chrono::floor<Seconds>(time);
}

WallTime to_wall_time(Instant instant) {
  // Rounded towards zero, so that the limits themselves fit.
  constexpr auto kFirst = std::chrono::time_point_cast<Seconds>(WallTime::min());
  constexpr auto kLast = std::chrono::time_point_cast<Seconds>(WallTime::max());
  return WallTime(std::clamp(instant, kFirst, kLast));
}

std::string format_instant(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(instant - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace holdfast::control
