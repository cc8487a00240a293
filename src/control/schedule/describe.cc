#include "control/schedule/describe.h"

#include <array>
#include <bit>
#include <utility>

#include "control/schedule/bits.h"
#include "control/schedule/words.h"

namespace holdfast::control {
namespace {

constexpr std::uint64_t kAllHours = 0xFFFFFF;
constexpr std::uint64_t kAllMonths = 0x1FFE;
constexpr std::uint64_t kAllDays = 0xFFFFFFFE;
constexpr std::uint64_t kAllWeekdays = 0x7F;
constexpr int kMostTimesListed = 6;

// The days: "every day", "every Monday", "on the 1st of every month", "on the 13th of June and every Friday in June".
struct Days {
  std::string text;
  bool all = false;
};

std::string in_months(const CronFields& fields) {
  return fields.months == kAllMonths ? "" : " in " + numbers_in_words(fields.months, month_name);
}

std::string by_number(const CronFields& fields) {
  const std::string months = fields.months == kAllMonths ? "every month" : numbers_in_words(fields.months, month_name);
  return "on the " + numbers_in_words(fields.days_of_month, ordinal) + " of " + months;
}

std::string by_weekday(const CronFields& fields) {
  return "every " + numbers_in_words(fields.days_of_week, weekday_name) + in_months(fields);
}

Days days_in_words(const CronFields& fields) {
  const bool either = !fields.any_day_of_month && !fields.any_day_of_week;
  const bool all_numbers = fields.days_of_month == kAllDays;
  const bool all_weekdays = fields.days_of_week == kAllWeekdays;
  const bool every_day = either ? all_numbers || all_weekdays : all_numbers && all_weekdays;
  if (every_day) return {.text = "every day" + in_months(fields), .all = fields.months == kAllMonths};
  if (either) return {.text = by_number(fields) + " and " + by_weekday(fields)};
  return {.text = all_weekdays ? by_number(fields) : by_weekday(fields)};
}

// "at 01:00 and 13:00", when there are few.
std::string times_in_words(const CronFields& fields) {
  std::vector<std::string> times;
  for (auto hour = bit_from(fields.hours, 0); hour; hour = bit_from(fields.hours, *hour + 1)) {
    for (auto minute = bit_from(fields.minutes, 0); minute; minute = bit_from(fields.minutes, *minute + 1))
      times.push_back(fmt::format("{:02}:{:02}", *hour, *minute));
  }
  return "at " + listed(times);
}

std::string minutes_in_words(const CronFields& fields) {
  const unsigned step = even_step(fields.minutes, 60);
  if (step == 60) return "every hour";
  if (step == 1) return "every minute";
  if (step != 0) return fmt::format("every {} minutes", step);
  const bool one = std::has_single_bit(fields.minutes);
  return fmt::format("at {} {} of every hour", one ? "minute" : "minutes",
                     numbers_in_words(fields.minutes, plain_number));
}

std::string hours_in_words(const CronFields& fields) {
  if (fields.hours == kAllHours) return "";
  const bool one = std::has_single_bit(fields.hours);
  return fmt::format("in {} {}", one ? "hour" : "hours", numbers_in_words(fields.hours, plain_number));
}

std::string fields_in_words(const CronFields& fields, const std::string& zone) {
  const Days days = days_in_words(fields);
  const int times = std::popcount(fields.hours) * std::popcount(fields.minutes);
  if (times <= kMostTimesListed) return fmt::format("{} {} {}", days.text, times_in_words(fields), zone);
  std::vector<std::string> parts{minutes_in_words(fields)};
  if (fields.hours != kAllHours) parts.push_back(hours_in_words(fields));
  if (!days.all) parts.push_back(days.text);
  // Every 20 minutes is the same everywhere with offsets of whole hours; elsewhere, or by hours or days, the zone
  // counts.
  if (parts.size() > 1 || zone != "UTC") parts.push_back(zone);
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace

std::string describe_interval(Seconds interval) {
  constexpr std::array<std::pair<std::int64_t, const char*>, 4> kUnits{
      {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}};
  std::vector<std::string> parts;
  std::int64_t rest = interval.count();
  for (const auto& [size, name] : kUnits) {
    const std::int64_t count = rest / size;
    rest %= size;
    if (count != 0) parts.push_back(fmt::format("{} {}{}", count, name, count == 1 ? "" : "s"));
  }
  if (parts.size() == 1 && parts.front().starts_with("1 ")) return parts.front().substr(2);
  return listed(parts);
}

std::string describe(const Schedule& schedule) {
  if (const auto* every = std::get_if<EveryInterval>(&schedule.rule))
    return "every " + describe_interval(every->interval);
  return fields_in_words(std::get<CronFields>(schedule.rule), schedule.zone.name());
}

}  // namespace holdfast::control
