// What becomes of backups when a config or a cluster is deleted.
#pragma once

#include <string_view>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

// On every config and cluster, so that its deletion waits for us.
constexpr std::string_view kCleanupFinalizer = "holdfast.dev/clean-up";
// On every Backup: its object in the destination is removed before it goes.
constexpr std::string_view kStoredObjectFinalizer = "holdfast.dev/stored-object";

// Does the deletion of this config delete its backups? When its cluster is being deleted, that one's policy counts.
// Never when its namespace is being deleted: what is stored stays, and comes back into the catalogue with the next
// inventory.
bool deletes_backups(const json::Value& config, const ClusterView& view);

// Of a config that is being deleted: what has not begun is cancelled, what runs is waited for, then the backups stay or
// go; pinned ones always stay. After kLeaveBehindAfter the config goes all the same: what could not be removed stays in
// the catalogue as Orphaned.
void plan_config_deletion(const json::Value& config, const ClusterView& view, Instant now, Plan& plan);

// Of a cluster that is being deleted: its configs go first, then, if its policy says so, the backups of none. Its
// namespace and the Backups in it stay. It does not wait longer than kLeaveBehindAfter for each of the two.
void plan_cluster_deletion(const ClusterView& view, Instant now, Plan& plan);

// Backups whose deletion somebody asked for: their objects are removed, until kLeaveBehindAfter has passed. Those that
// go with their namespace leave their objects.
void plan_backup_deletions(const ClusterView& view, Instant now, Plan& plan);

}  // namespace holdfast::control
