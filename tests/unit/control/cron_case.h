// Random cron schedules with their meaning, known from how they were made and not from reading them.
#pragma once

#include <array>
#include <set>
#include <string>

namespace holdfast::control {

struct FieldCase {
  std::string text;
  std::set<unsigned> values;
  bool star = false;  // does not restrict the day
};

struct CronCase {
  std::array<FieldCase, 5> fields;

  std::string text() const;  // the five fields
  bool every_hour() const { return fields[1].values.size() == 24; }
  bool day_matches(unsigned day_of_month, unsigned day_of_week) const;
  bool matches(unsigned minute, unsigned hour, unsigned day_of_month, unsigned month, unsigned day_of_week) const;
};

// Inside a RapidCheck property only.
CronCase arbitrary_cron();

}  // namespace holdfast::control
