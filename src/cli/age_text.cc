#include "cli/age_text.h"

#include <algorithm>

#include <fmt/core.h>

namespace holdfast::cli {

std::string format_age(Duration age) {
  const auto seconds = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(age).count());
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return fmt::format("{}s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{}m", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{}h", seconds / kHour);
  if (seconds >= 10 * kDay) return fmt::format("{}d", seconds / kDay);
  return fmt::format("{}d{}h", seconds / kDay, seconds % kDay / kHour);
}

}  // namespace holdfast::cli
