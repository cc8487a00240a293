#include "control/schedule/time_zone.h"

#include <algorithm>
#include <exception>

#include <date/tz.h>

namespace holdfast::control {
namespace {

namespace chrono = std::chrono;

constexpr std::size_t kMaxName = 64;  // the database's longest has 32

bool database_is_readable() {
  try {
    return !date::get_tzdb().zones.empty();
  } catch (const std::exception&) {
    return false;
  }
}

const date::time_zone* look_up(std::string_view name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {  // that is how the library says no
    return nullptr;
  }
}

// Years are counted from the first of March here: behind it, every date has the same distance from it in each year.
Instant first_of_march(int year) {
  return chrono::sys_days(chrono::year(year) / chrono::March / 1);
}

int march_year_of(Instant at) {
  const int year = static_cast<int>(chrono::year_month_day(chrono::floor<chrono::days>(at)).year());
  return at < first_of_march(year) ? year - 1 : year;
}

OffsetPeriod listed_period(const date::time_zone& zone, Instant at) {
  const date::sys_info info = zone.get_info(at);
  const bool first = info.begin < first_of_march(1);
  const Seconds before = first ? info.offset : zone.get_info(info.begin - Seconds(1)).offset;
  return {.begin = info.begin, .end = info.end, .offset = info.offset, .previous_offset = before};
}

// Database files list changes up to 2037 where a rule goes on for ever, which the library does not read. A zone whose
// changes end earlier has given them up, one with later ones (Africa/Casablanca) lists them without a rule.
bool has_unlisted_rule(const OffsetPeriod& last) {
  return last.begin >= first_of_march(2037) && last.begin < first_of_march(2038);
}

OffsetPeriod repeated_period(const date::time_zone& zone, Instant at) {
  const int year = march_year_of(at);
  int match = 2036;  // the last one that is listed up to its end
  while (chrono::weekday(chrono::floor<chrono::days>(first_of_march(match))) !=
         chrono::weekday(chrono::floor<chrono::days>(first_of_march(year))))
    --match;
  const Seconds shift = first_of_march(year) - first_of_march(match);
  OffsetPeriod period = listed_period(zone, at - shift);
  period.begin += shift;
  period.end += shift;
  if (period.begin < first_of_march(year)) {
    period.begin = first_of_march(year);
    period.previous_offset = period.offset;
  }
  period.end = std::min(period.end, first_of_march(year + 1));
  return period;
}

bool is_possible(std::string_view name) {
  constexpr std::string_view kDependsOnTheMachine = "localtime";
  return name.size() <= kMaxName && name != kDependsOnTheMachine && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("/_+-").find(c) != std::string_view::npos;
         });
}

}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  if (name == "UTC") return TimeZone();
  const auto unknown = [&] {
    return with_hint(fail(Code::usage, "no time zone is called \"{}\"", name.substr(0, kMaxName)),
                     "write UTC or a name such as Europe/Berlin, spelt as in the time zone database");
  };
  if (!is_possible(name)) return unknown();
  if (!database_is_readable())
    return with_hint(fail(Code::unavailable, "this machine's time zone database cannot be read"),
                     "install the package tzdata");
  const date::time_zone* zone = look_up(name);
  if (zone == nullptr) return unknown();
  return TimeZone(std::string(name), zone);
}

OffsetPeriod TimeZone::period_at(Instant at) const {
  if (zone_ == nullptr) return {.begin = Instant::min(), .end = Instant::max()};
  const OffsetPeriod listed = listed_period(*zone_, at);
  return has_unlisted_rule(listed) ? repeated_period(*zone_, at) : listed;
}

LocalTime TimeZone::to_local(Instant at) const {
  return LocalTime((at + period_at(at).offset).time_since_epoch());
}

}  // namespace holdfast::control
