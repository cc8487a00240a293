// When backups are due: a schedule as people write it, and as the rest of control/ computes with it.
//
//   schedule   = [ ("TZ=" | "CRON_TZ=") zone blank ] ( fields | descriptor )
//   fields     = minute hour day-of-month month day-of-week, separated by blanks; see cron_field.h
//   descriptor = "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly"
//              | "@every" duration                                     (Go's notation, see control/duration.h)
//
// The grammar is that of KKP (robfig/cron v3 with its standard parser), without what is surely a mistake: empty items
// of a list ("1,,2"), a range that begins with a star ("*-5"), signs before numbers. docs/schedules.md has it for
// people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "control/instant.h"
#include "control/schedule/time_zone.h"

namespace holdfast::control {

// Sets of numbers: bit n stands for n. A time matches when minute, hour and month are in their sets and the day does:
// if one of the two day fields is a star, the other decides alone; if neither is, a day in either set matches.
struct CronFields {
  std::uint64_t minutes = 0;        // 0-59
  std::uint64_t hours = 0;          // 0-23
  std::uint64_t days_of_month = 0;  // 1-31
  std::uint64_t months = 0;         // 1-12
  std::uint64_t days_of_week = 0;   // 0-6, 0 is Sunday
  bool any_day_of_month = false;    // the field was a star
  bool any_day_of_week = false;

  bool every_hour() const { return hours == 0xFFFFFF; }
  bool operator==(const CronFields&) const = default;
};

// Each slot lies `interval` behind the one before.
struct EveryInterval {
  Seconds interval{0};  // at least 1 s
  bool operator==(const EveryInterval&) const = default;
};

struct Schedule {
  std::string text;  // as written, without blanks around it
  TimeZone zone;     // UTC unless the text names one; without meaning for an interval
  std::variant<CronFields, EveryInterval> rule;
};

constexpr std::size_t kMaxScheduleText = 256;  // bytes

// Code::usage when it is no schedule. The message names the field and what is wrong with it, and the character it
// begins at; the hint shows the text with carets under the place, and what is allowed there. A text without anything
// but blanks is an error too: "no schedule" (a one-time backup) is for the caller to tell. What this accepts may still
// be refused by the checks in checks.h.
Result<Schedule> parse_schedule(std::string_view text);

}  // namespace holdfast::control
