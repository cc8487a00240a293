// A named time zone of the machine's database. The only door to the time zone library. The database must list the
// changes of clocks up to 2037, as Debian's package tzdata does: the library does not read the rules that compact files
// have instead.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "control/instant.h"

namespace date {
class time_zone;
}

namespace holdfast::control {

using LocalTime = std::chrono::local_seconds;  // what a clock on the wall shows, without saying where

// A stretch of time in which a zone's clocks are a constant offset ahead of UTC.
struct OffsetPeriod {
  Instant begin;               // first instant
  Instant end;                 // first instant behind it
  Seconds offset{0};           // local time = UTC + offset
  Seconds previous_offset{0};  // of the period before; larger than offset: local times repeat from `begin` on
};

// Cheap to copy; safe for any thread. UTC unless found by name.
class TimeZone {
 public:
  TimeZone() = default;

  // Looks `name` up as the database spells it ("Europe/Berlin", "UTC", "EST5EDT"; upper and lower case matter).
  // Code::usage when it is not there. "Local" and "localtime" are refused: what they mean depends on the machine.
  // Reads the database once, at the first name that is not UTC; an unreadable one is Code::unavailable.
  static Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }

  // The period that holds `at`. In zones whose listed changes end in 2037, as the database files do where daylight
  // saving time goes on for ever, later years follow a year up to 2037 whose first of March is the same weekday: rules
  // such as "last Sunday of March" then hold for ever.
  OffsetPeriod period_at(Instant at) const;

  LocalTime to_local(Instant at) const;

  bool operator==(const TimeZone& other) const { return zone_ == other.zone_; }

 private:
  TimeZone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}

  std::string name_ = "UTC";
  const date::time_zone* zone_ = nullptr;  // in the library's own table, for ever; null: UTC
};

}  // namespace holdfast::control
