// Which backups the rules of a policy keep, when nothing else is considered.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "control/retention/policy.h"

namespace holdfast::control {

// `slots` from the newest to the oldest. For each, in the same order, the rules that keep it: "last 3 of 20",
// "daily 2026-11-20", "within 7d"; none when no rule does.
std::vector<std::vector<std::string>> kept_by_rules(const RetentionPolicy& policy, std::span<const Instant> slots);

// "keep 20", "keepLast 3, keepDaily 7": the rules that are set, for the reason of a removal.
std::string rules_in_words(const RetentionPolicy& policy);

}  // namespace holdfast::control
