// The entries of a config's status: one for each backup, from what the status said before, the operations and the
// catalogue.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

// Of failed and of skipped ones so many of the latest are remembered; of all entries the newest kMostEntries.
constexpr std::size_t kFailedEntriesKept = 10;
constexpr std::size_t kSkippedEntriesKept = 10;
constexpr std::size_t kMostEntries = 80;

// The operations of type Backup of this very config (not of one of its name before it).
std::vector<const json::Value*> backup_operations(const json::Value& config, const ClusterView& view);
// The catalogue's Backups of this config, by name.
std::vector<const json::Value*> backups_of(const json::Value& config, const ClusterView& view);

// Oldest first. An entry whose backup is gone goes when its operation is forgotten, too.
std::vector<json::Value> collect_entries(const json::Value& config, const ClusterView& view, Instant now);

// The entry of an operation that is not started yet.
json::Value pending_entry(const json::Value& operation);
json::Value skipped_entry(std::string_view backup_name, Instant slot, std::string_view why, Instant now);

// The slots of the schedule that had their backup, or were skipped: from entries, operations, and the status itself.
std::vector<Instant> known_slots(const json::Value& config, const ClusterView& view);

// Sorts and cuts to what is remembered.
void tidy_entries(std::vector<json::Value>& entries);

}  // namespace holdfast::control
