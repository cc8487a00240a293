#include "control/retention/policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "control/duration.h"

namespace holdfast::control {

std::int64_t effective_keep(std::optional<std::int64_t> keep) {
  return std::clamp<std::int64_t>(keep.value_or(kDefaultKeep), 1, kMostKeep);
}

bool tracks_too_many(std::size_t entries, std::int64_t keep) {
  return entries > 2 * static_cast<std::size_t>(std::max<std::int64_t>(keep, 1));
}

std::vector<PolicyProblem> check_policy(const RetentionPolicy& policy) {
  const std::array<std::pair<const char*, const std::optional<std::int64_t>*>, 6> counts{
      {{"keepLast", &policy.keep_last},
       {"keepHourly", &policy.keep_hourly},
       {"keepDaily", &policy.keep_daily},
       {"keepWeekly", &policy.keep_weekly},
       {"keepMonthly", &policy.keep_monthly},
       {"keepYearly", &policy.keep_yearly}}};
  std::vector<PolicyProblem> problems;
  for (const auto& [field, count] : counts) {
    if (*count && (**count < 0 || **count > kMostCounted))
      problems.push_back({.field = field, .message = fmt::format("must be between 0 and {}", kMostCounted)});
  }
  if (policy.keep_within && (*policy.keep_within < Seconds(1) || *policy.keep_within > kLongestWithin))
    problems.push_back(
        {.field = "keepWithin", .message = fmt::format("must be between 1s and {}", format_span(kLongestWithin))});
  return problems;
}

}  // namespace holdfast::control
