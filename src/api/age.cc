#include <fmt/format.h>

#include "api/table.h"

namespace holdfast::api {
namespace {

using std::chrono::seconds;

// "3m7s", "3m" when the smaller unit is 0.
std::string two(std::int64_t large, char large_unit, std::int64_t small, char small_unit) {
  if (small == 0) return fmt::format("{}{}", large, large_unit);
  return fmt::format("{}{}{}{}", large, large_unit, small, small_unit);
}

}  // namespace

std::string age_text(Duration age) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  constexpr std::int64_t kYear = 365 * kDay;
  const std::int64_t s = std::chrono::duration_cast<seconds>(age).count();
  if (s < -1) return "<invalid>";
  if (s < 0) return "0s";  // clocks of two machines
  if (s < 2 * kMinute) return fmt::format("{}s", s);
  if (s < 10 * kMinute) return two(s / kMinute, 'm', s % kMinute, 's');
  if (s < 3 * kHour) return fmt::format("{}m", s / kMinute);
  if (s < 8 * kHour) return two(s / kHour, 'h', s % kHour / kMinute, 'm');
  if (s < 2 * kDay) return fmt::format("{}h", s / kHour);
  if (s < 8 * kDay) return two(s / kDay, 'd', s % kDay / kHour, 'h');
  if (s < 2 * kYear) return fmt::format("{}d", s / kDay);
  if (s < 8 * kYear) return two(s / kYear, 'y', s % kYear / kDay, 'd');
  return fmt::format("{}y", s / kYear);
}

std::string age_of(std::string_view time, WallTime now) {
  const auto parsed = parse_time(time);
  return parsed ? age_text(now - *parsed) : "<unknown>";
}

}  // namespace holdfast::api
