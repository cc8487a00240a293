// The state machine of a restore over the objects of the store. Not used by reconcile_cluster() yet.
#pragma once

#include <string_view>
#include <vector>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"
#include "control/restore/restore_plan.h"
#include "control/restore/view.h"

namespace holdfast::control {

// On an EtcdRestore that works on members: its deletion waits.
constexpr std::string_view kRestoreFinalizer = "holdfast.dev/finish-restore";

// On a Cluster that is being restored: by which restore, and what its pause was before.
constexpr std::string_view kRestoreAnnotation = "holdfast.dev/restore";
constexpr std::string_view kPausedBeforeAnnotation = "holdfast.dev/paused-before";
constexpr std::string_view kPauseReasonBeforeAnnotation = "holdfast.dev/pause-reason-before";

// The type of the Operation that reads and proves the backup. Its result: findings (level Note, Warning or Error,
// reason, message), revision, neededBytes, etcdVersion.
constexpr std::string_view kPreflightOperation = "Preflight";
// status.errorCode of a swap that a launcher refuses because its etcd was started since.
constexpr std::string_view kStartedAgain = "StartedAgain";

struct RestoreObjects {
  const json::Value& restore;
  const ClusterView& cluster;
  const std::vector<json::Value>& launchers;  // of its namespace
  Instant awake_since;                        // see RestoreView
};

// The name of the restore that works on this Cluster; empty: none. Meanwhile the Cluster shows the phase Restoring, its
// spec is changed by nobody and no backup of it starts but that of the restore.
std::string_view restore_of_cluster(const json::Value& cluster);

// Written by a server that accepted restores and carried none out. It is left as it is: nobody expects any more that it
// begins.
bool is_left_alone(const json::Value& restore);

// An operation of this restore, or none of any. It is not to be forgotten while the restore may look at it.
bool is_of_restore(const json::Value& operation, std::string_view restore);

RestoreView view_of_restore(const RestoreObjects& objects);

// Adds what is wanted to `plan`, in the order in which it is to be carried out.
void write_restore_plan(const RestoreObjects& objects, const RestorePlan& wanted, Instant now, Plan& plan);

// Both, with the decision in between. What happened, to be told when the plan was carried out.
std::vector<RestoreEvent> plan_restore_course(const RestoreObjects& objects, Instant now, Plan& plan);

}  // namespace holdfast::control
