#include "unit/control/wall_calendar.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>

namespace holdfast::control {

WallCalendar::WallCalendar(const std::string& zone, int first_year, int last_year)
    : begin_(std::chrono::sys_days(std::chrono::year(first_year) / 1 / 1)) {
  setenv("TZ", zone.c_str(), 1);
  tzset();
  const Instant end = std::chrono::sys_days(std::chrono::year(last_year + 1) / 1 / 1);
  minutes_.reserve(static_cast<std::size_t>((end - begin_) / std::chrono::minutes(1)));
  std::int32_t latest = 0;
  long offset = 0;
  for (Instant at = begin_; at < end; at += std::chrono::minutes(1)) {
    const std::time_t seconds = at.time_since_epoch().count();
    std::tm shown{};
    localtime_r(&seconds, &shown);
    const auto local = static_cast<std::int32_t>((seconds + shown.tm_gmtoff) / 60);
    minutes_.push_back({.local = local,
                        .minute = static_cast<std::uint8_t>(shown.tm_min),
                        .hour = static_cast<std::uint8_t>(shown.tm_hour),
                        .day = static_cast<std::uint8_t>(shown.tm_mday),
                        .month = static_cast<std::uint8_t>(shown.tm_mon + 1),
                        .weekday = static_cast<std::uint8_t>(shown.tm_wday),
                        .repeated = local <= latest});
    latest = std::max(latest, local);
    if (at > begin_ && shown.tm_gmtoff != offset) changes_.push_back(at);
    offset = shown.tm_gmtoff;
  }
  unsetenv("TZ");
  tzset();
}

std::vector<Instant> WallCalendar::slots(const CronCase& cron) const {
  std::array<std::array<bool, 60>, 5> in{};
  for (std::size_t i = 0; i < in.size(); ++i) {
    for (const unsigned value : cron.fields.at(i).values)
      in.at(i).at(value) = true;
  }
  std::array<std::array<bool, 7>, 32> day_matches{};
  for (unsigned day = 1; day < day_matches.size(); ++day) {
    for (unsigned weekday = 0; weekday < day_matches.at(day).size(); ++weekday)
      day_matches.at(day).at(weekday) = cron.day_matches(day, weekday);
  }
  std::vector<Instant> found;
  for (std::size_t i = 0; i < minutes_.size(); ++i) {
    const Minute& m = minutes_[i];
    if (!in[0][m.minute] || !in[1][m.hour] || !in[3][m.month] || !day_matches[m.day][m.weekday]) continue;
    if (m.repeated && !cron.every_hour()) continue;
    found.push_back(begin_ + std::chrono::minutes(i));
  }
  return found;
}

}  // namespace holdfast::control
