#include "control/schedule/calendar.h"

#include "control/schedule/bits.h"

namespace holdfast::control {
namespace {

namespace chrono = std::chrono;
using chrono::local_days;
using chrono::minutes;
using chrono::year_month;

constexpr int kMonthsToSearch = 9 * 12 + 1;

unsigned days_of(year_month month) {
  return static_cast<unsigned>((month / chrono::last).day());
}

bool day_matches(const CronFields& fields, local_days day) {
  const chrono::year_month_day date(day);
  return has_bit(matching_days(fields, date.year() / date.month()), static_cast<unsigned>(date.day()));
}

std::optional<local_days> next_day(const CronFields& fields, local_days from) {
  const chrono::year_month_day date(from);
  year_month month = date.year() / date.month();
  unsigned first = static_cast<unsigned>(date.day());
  for (int i = 0; i < kMonthsToSearch; ++i, month += chrono::months(1), first = 1) {
    if (const auto day = bit_from(matching_days(fields, month), first)) return local_days(month / chrono::day(*day));
  }
  return std::nullopt;
}

std::optional<local_days> previous_day(const CronFields& fields, local_days below) {
  const chrono::year_month_day date(below);
  year_month month = date.year() / date.month();
  unsigned bound = static_cast<unsigned>(date.day());
  for (int i = 0; i < kMonthsToSearch; ++i, month -= chrono::months(1), bound = 32) {
    if (const auto day = bit_below(matching_days(fields, month), bound)) return local_days(month / chrono::day(*day));
  }
  return std::nullopt;
}

// Within a day, counted in minutes from midnight.
std::optional<minutes> time_from(const CronFields& fields, minutes from) {
  const auto hour = static_cast<unsigned>(from.count() / 60);
  const auto minute = static_cast<unsigned>(from.count() % 60);
  const auto same_hour = bit_from(fields.minutes, minute);
  if (has_bit(fields.hours, hour) && same_hour) return minutes(hour * 60 + *same_hour);
  const auto later = bit_from(fields.hours, hour + 1);
  const auto first = bit_from(fields.minutes, 0);
  if (!later || !first) return std::nullopt;
  return minutes(*later * 60 + *first);
}

std::optional<minutes> time_below(const CronFields& fields, minutes below) {
  const auto hour = static_cast<unsigned>(below.count() / 60);
  const auto minute = static_cast<unsigned>(below.count() % 60);
  const auto same_hour = bit_below(fields.minutes, minute);
  if (has_bit(fields.hours, hour) && same_hour) return minutes(hour * 60 + *same_hour);
  const auto earlier = bit_below(fields.hours, hour);
  const auto last = bit_below(fields.minutes, 60);
  if (!earlier || !last) return std::nullopt;
  return minutes(*earlier * 60 + *last);
}

}  // namespace

std::uint64_t matching_days(const CronFields& fields, year_month month) {
  if (!has_bit(fields.months, static_cast<unsigned>(month.month()))) return 0;
  const unsigned last = days_of(month);
  std::uint64_t by_weekday = 0;
  unsigned weekday = chrono::weekday(local_days(month / 1)).c_encoding();
  for (unsigned day = 1; day <= last; ++day, weekday = (weekday + 1) % 7) {
    if (has_bit(fields.days_of_week, weekday)) by_weekday |= std::uint64_t{1} << day;
  }
  const std::uint64_t existing = (std::uint64_t{2} << last) - 2;
  const std::uint64_t by_number = fields.days_of_month & existing;
  const bool both = fields.any_day_of_month || fields.any_day_of_week;
  return both ? by_number & by_weekday : by_number | by_weekday;
}

std::optional<LocalMinute> next_match(const CronFields& fields, LocalTime after) {
  const LocalMinute from = chrono::floor<minutes>(after) + minutes(1);
  const local_days day = chrono::floor<chrono::days>(from);
  if (day_matches(fields, day)) {
    if (const auto time = time_from(fields, from - day)) return day + *time;
  }
  const auto later = next_day(fields, day + chrono::days(1));
  const auto first = time_from(fields, minutes(0));
  if (!later || !first) return std::nullopt;
  return *later + *first;
}

std::optional<LocalMinute> previous_match(const CronFields& fields, LocalTime at) {
  const LocalMinute below = chrono::floor<minutes>(at) + minutes(1);
  // The minute before `below` is on the day that counts.
  const local_days day = chrono::floor<chrono::days>(below - minutes(1));
  if (day_matches(fields, day)) {
    if (const auto time = time_below(fields, below - day)) return day + *time;
  }
  const auto earlier = previous_day(fields, day);
  const auto last = time_below(fields, minutes(24 * 60));
  if (!earlier || !last) return std::nullopt;
  return *earlier + *last;
}

}  // namespace holdfast::control
