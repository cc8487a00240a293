// How many backups of a config are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/instant.h"
#include "control/schedule/time_zone.h"

namespace holdfast::control {

// What a config says. Every rule that is set keeps backups; one is removed when no rule keeps it. When none is set,
// `keep` counts as its default; the other rules set without `keep` do not bring the default in.
struct RetentionPolicy {
  std::optional<std::int64_t> keep;  // KKP's field: see effective_keep

  // Our own fields, up to kMostCounted each. 0 keeps nothing by that rule.
  std::optional<std::int64_t> keep_last;     // the newest ones
  std::optional<std::int64_t> keep_hourly;   // the newest of each of the newest hours that have any
  std::optional<std::int64_t> keep_daily;    // days
  std::optional<std::int64_t> keep_weekly;   // weeks from Monday, ISO 8601
  std::optional<std::int64_t> keep_monthly;  // months
  std::optional<std::int64_t> keep_yearly;   // years
  std::optional<Seconds> keep_within;        // not older than the newest by more

  TimeZone zone{};        // in which hours, days and so on begin: that of the schedule
  bool one_time = false;  // the config has no schedule: nothing is ever removed
};

constexpr std::int64_t kDefaultKeep = 20;
constexpr std::int64_t kMostKeep = 50;        // of KKP's field; larger numbers mean this
constexpr std::int64_t kMostCounted = 10000;  // of our own fields
constexpr Seconds kLongestWithin{std::int64_t{100} * 365 * 86400};

// KKP's rule: none -> 20, below 1 -> 1, above 50 -> 50.
std::int64_t effective_keep(std::optional<std::int64_t> keep);

// KKP's back-pressure: with more than twice `keep` backups in the status, whatever became of them, no new one is
// scheduled (condition SchedulingActive=False, reason TooManyBackups).
bool tracks_too_many(std::size_t entries, std::int64_t keep);

// A value of our own fields that is refused when it is written.
struct PolicyProblem {
  std::string field;    // "keepDaily"
  std::string message;  // "must be between 0 and 10000"
  bool operator==(const PolicyProblem&) const = default;
};
std::vector<PolicyProblem> check_policy(const RetentionPolicy& policy);

}  // namespace holdfast::control
