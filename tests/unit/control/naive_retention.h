// Retention once more, straight from the words of its rules and in quadratic time: what decide() is compared with.
#pragma once

#include <set>
#include <span>

#include "control/retention/decide.h"

namespace holdfast::control {

// The indices of the backups to remove.
std::set<std::size_t> naive_removals(const RetentionPolicy& policy, std::span<const BackupFacts> backups, Instant now);

}  // namespace holdfast::control
