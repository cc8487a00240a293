// Cron fields against a calendar without time zones: local days and minutes only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "control/schedule/schedule.h"

namespace holdfast::control {

using LocalMinute = std::chrono::local_time<std::chrono::minutes>;

// The first matching minute that begins after `after`; none when no day of the nine years behind it matches, which in
// the Gregorian calendar means never (29 February skips at most eight years). Looks at 109 months at most.
std::optional<LocalMinute> next_match(const CronFields& fields, LocalTime after);

// The last matching minute that begins at or before `at`; none when no day of the nine years before it matches.
std::optional<LocalMinute> previous_match(const CronFields& fields, LocalTime at);

// The days of one month that match: bit n for day n; 0 for months that are not in the set.
std::uint64_t matching_days(const CronFields& fields, std::chrono::year_month month);

}  // namespace holdfast::control
