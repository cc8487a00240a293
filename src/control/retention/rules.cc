#include "control/retention/rules.h"

#include <algorithm>
#include <array>

#include "control/duration.h"
#include "control/retention/buckets.h"

namespace holdfast::control {
namespace {

using Reasons = std::vector<std::vector<std::string>>;

struct BucketRule {
  BucketKind kind;
  std::optional<std::int64_t> RetentionPolicy::* count;
  const char* word;   // in the reason of a kept backup
  const char* field;  // in the reason of a removal
};

constexpr std::array<BucketRule, 5> kBucketRules{
    {{BucketKind::hour, &RetentionPolicy::keep_hourly, "hourly", "keepHourly"},
     {BucketKind::day, &RetentionPolicy::keep_daily, "daily", "keepDaily"},
     {BucketKind::week, &RetentionPolicy::keep_weekly, "weekly", "keepWeekly"},
     {BucketKind::month, &RetentionPolicy::keep_monthly, "monthly", "keepMonthly"},
     {BucketKind::year, &RetentionPolicy::keep_yearly, "yearly", "keepYearly"}}};

// `keep` as it counts: nothing when other rules stand without it.
std::optional<std::int64_t> counted_keep(const RetentionPolicy& policy) {
  const bool own = policy.keep_last || policy.keep_within ||
                   std::any_of(kBucketRules.begin(), kBucketRules.end(),
                               [&](const BucketRule& rule) { return (policy.*rule.count).has_value(); });
  if (own && !policy.keep) return std::nullopt;
  return effective_keep(policy.keep);
}

void keep_newest(std::int64_t count, Reasons& reasons) {
  const auto kept = std::min(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), reasons.size());
  for (std::size_t i = 0; i < kept; ++i)
    reasons[i].push_back(fmt::format("last {} of {}", i + 1, count));
}

void keep_buckets(const BucketRule& rule, std::int64_t count, const TimeZone& zone, std::span<const Instant> slots,
                  Reasons& reasons) {
  std::optional<Instant> current;
  for (std::size_t i = 0; i < slots.size() && count > 0; ++i) {
    const Bucket bucket = bucket_of(rule.kind, slots[i], zone);
    if (current == bucket.begin) continue;
    current = bucket.begin;
    reasons[i].push_back(fmt::format("{} {}", rule.word, bucket.label));
    --count;
  }
}

void keep_within(Seconds span, std::span<const Instant> slots, Reasons& reasons) {
  for (std::size_t i = 0; i < slots.size() && slots.front() - slots[i] <= span; ++i)
    reasons[i].push_back("within " + format_span(span));
}

}  // namespace

Reasons kept_by_rules(const RetentionPolicy& policy, std::span<const Instant> slots) {
  Reasons reasons(slots.size());
  if (const auto keep = counted_keep(policy)) keep_newest(*keep, reasons);
  if (policy.keep_last) keep_newest(*policy.keep_last, reasons);
  for (const BucketRule& rule : kBucketRules) {
    if (const auto& count = policy.*rule.count) keep_buckets(rule, *count, policy.zone, slots, reasons);
  }
  if (policy.keep_within) keep_within(*policy.keep_within, slots, reasons);
  return reasons;
}

std::string rules_in_words(const RetentionPolicy& policy) {
  std::string text;
  const auto add = [&](std::string_view rule, const auto& value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", rule, value);
  };
  if (const auto keep = counted_keep(policy)) add("keep", *keep);
  if (policy.keep_last) add("keepLast", *policy.keep_last);
  for (const BucketRule& rule : kBucketRules) {
    if (const auto& count = policy.*rule.count) add(rule.field, *count);
  }
  if (policy.keep_within) add("keepWithin", format_span(*policy.keep_within));
  return text;
}

}  // namespace holdfast::control
