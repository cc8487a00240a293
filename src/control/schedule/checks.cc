#include "control/schedule/checks.h"

#include <algorithm>
#include <array>
#include <optional>

#include "control/duration.h"
#include "control/schedule/bits.h"

namespace holdfast::control {
namespace {

constexpr std::array<unsigned, 12> kLongestMonths{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool fields_fire(const CronFields& fields) {
  if (fields.minutes == 0 || fields.hours == 0) return false;
  const bool by_weekday = !fields.any_day_of_week && fields.days_of_week != 0;
  const bool by_number = fields.any_day_of_week || !fields.any_day_of_month;
  const auto first_day = bit_from(fields.days_of_month, 1);
  for (unsigned month = 1; month <= kLongestMonths.size(); ++month) {
    if (!has_bit(fields.months, month)) continue;
    if (by_weekday || (by_number && first_day && *first_day <= kLongestMonths.at(month - 1))) return true;
  }
  return false;
}

Seconds shortest_distance(const CronFields& fields) {
  std::optional<unsigned> first;
  std::optional<unsigned> last;
  unsigned shortest = 24 * 60;
  for (auto hour = bit_from(fields.hours, 0); hour; hour = bit_from(fields.hours, *hour + 1)) {
    for (auto minute = bit_from(fields.minutes, 0); minute; minute = bit_from(fields.minutes, *minute + 1)) {
      const unsigned time = *hour * 60 + *minute;
      if (last) shortest = std::min(shortest, time - *last);
      if (!first) first = time;
      last = time;
    }
  }
  if (!first) return Seconds(0);
  return std::chrono::minutes(std::min(shortest, *first + 24 * 60 - *last));
}

}  // namespace

bool fires(const Schedule& schedule) {
  const auto* fields = std::get_if<CronFields>(&schedule.rule);
  return fields == nullptr || fields_fire(*fields);
}

Status check_fires(const Schedule& schedule) {
  if (fires(schedule)) return {};
  return with_hint(
      fail(Code::usage, "the schedule \"{}\" never fires: none of its months has one of its days", schedule.text),
      "choose a day that exists in one of the months");
}

Status check_interval(const Schedule& schedule) {
  const auto* every = std::get_if<EveryInterval>(&schedule.rule);
  if (every == nullptr || every->interval >= kShortestInterval) return {};
  return with_hint(fail(Code::usage, "the schedule \"{}\" fires every {}; the shortest interval is {}", schedule.text,
                        format_span(every->interval), format_span(kShortestInterval)),
                   "write @every 1m or more");
}

Seconds shortest_period(const Schedule& schedule) {
  if (const auto* every = std::get_if<EveryInterval>(&schedule.rule)) return every->interval;
  return shortest_distance(std::get<CronFields>(schedule.rule));
}

}  // namespace holdfast::control
