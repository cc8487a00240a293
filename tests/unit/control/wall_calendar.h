// What clocks on the wall show at every minute of some years: the C library's answer, which reads the time zone
// database on its own and knows nothing of our code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "unit/control/cron_case.h"

#include "control/instant.h"

namespace holdfast::control {

class WallCalendar {
 public:
  // All minutes of the years from `first_year` to `last_year`, in UTC.
  WallCalendar(const std::string& zone, int first_year, int last_year);

  // The instants at which the schedule fires: what the clocks show matches and, unless it fires in every hour, they
  // have not shown it before.
  std::vector<Instant> slots(const CronCase& cron) const;

  // Where the clocks are changed.
  const std::vector<Instant>& changes() const { return changes_; }

  Instant begin() const { return begin_; }
  Instant end() const { return begin_ + std::chrono::minutes(minutes_.size()); }

 private:
  struct Minute {
    std::int32_t local;  // minutes since 1970 as the clocks show them
    std::uint8_t minute, hour, day, month, weekday;
    bool repeated;  // shown before
  };

  Instant begin_;
  std::vector<Minute> minutes_;
  std::vector<Instant> changes_;
};

}  // namespace holdfast::control
