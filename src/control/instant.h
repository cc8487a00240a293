// Points in time of schedules and backups: whole seconds, as slots, names and Kubernetes time stamps have them.
#pragma once

#include <chrono>
#include <string>

#include "base/units.h"

namespace holdfast::control {

using Instant = std::chrono::sys_seconds;  // seconds since 1970 in UTC, without leap seconds
using Seconds = std::chrono::seconds;

// Slots lie between these two; names have room for four digits of a year.
constexpr Instant kFirstInstant{};
constexpr Instant kLastInstant{std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::days(1) -
                               Seconds(1)};

// Rounded down to the second: a slot is never due too early.
Instant to_instant(WallTime time);

// Instants beyond what WallTime can hold (1678 to 2262) become its nearest limit.
WallTime to_wall_time(Instant instant);

// "2026-11-21T10:37:00Z", RFC 3339; also for years that WallTime cannot hold.
std::string format_instant(Instant instant);

}  // namespace holdfast::control
