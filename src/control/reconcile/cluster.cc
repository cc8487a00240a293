#include "control/reconcile/cluster.h"

#include <algorithm>

#include "control/reconcile/backup_config.h"
#include "control/reconcile/default_config.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/ownership.h"
#include "control/reconcile/protection.h"
#include "control/reconcile/restore.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

// Whoever gets at the backups by the Cluster's project is to get at them when only the namespace is left, and nobody
// else.
void set_project(json::Value& space, const json::Value& cluster) {
  const std::string_view project = project_of(cluster);
  if (project != project_of(space))
    set_or_erase(member_of(member_of(space, "metadata"), "labels"), kProjectOfCluster, project);
}

void plan_project(const ClusterView& view, Plan& plan) {
  if (view.space.is_null() || view.namespace_going) return;
  json::Value after = view.space;
  set_project(after, view.cluster);
  plan.update(kNamespaceType, view.space, std::move(after));
}

// The namespace and our finalizer.
void plan_making(const ClusterView& view, Plan& plan) {
  if (!view.has_namespace) {
    json::Value space = new_object(kNamespaceType, "", view.name_space);
    set_project(space, view.cluster);
    plan.create(kNamespaceType, std::move(space));
  }
  if (has_finalizer(view.cluster, kCleanupFinalizer)) return;
  json::Value after = view.cluster;
  add_finalizer(after, kCleanupFinalizer);
  plan.update(kClusterType, view.cluster, std::move(after));
}

void plan_status(const ClusterView& view, Instant now, Plan& plan) {
  const Protection protection = judge_protection(view, now);
  json::Value after = view.cluster;
  json::Object& status = member_of(after, "status");
  status["namespaceName"] = view.name_space;
  status["observedGeneration"] = generation_of(view.cluster);
  set_or_erase(status, "lastSuccessfulBackupTime", protection.last_good);
  set_condition(status, protection.condition, now, generation_of(view.cluster));
  plan.update_status(kClusterType, view.cluster, std::move(after));
  plan.look_at(protection.until);
}

void plan_configs(const ClusterView& view, Instant now, Plan& plan) {
  for (const json::Value& each : view.configs) {
    if (is_going(each)) {
      plan_config_deletion(each, view, now, plan);
    } else if (view.namespace_going) {
      continue;  // nothing new can be made in there, and it will go, too
    } else if (!has_finalizer(each, kCleanupFinalizer)) {
      json::Value after = each;
      add_finalizer(after, kCleanupFinalizer);
      plan.update(kConfigType, each, std::move(after));
    } else {
      plan_config(each, view, now, plan);
    }
  }
}

// Is its end in the status of its config, as read?
bool is_recorded(const json::Value& operation, const ClusterView& view) {
  const std::string_view uid = api::text_at(operation, {"spec", "configUID"});
  for (const json::Value& config : view.configs) {
    const bool same =
        name_of(config) == api::text_at(operation, {"spec", "config"}) && (uid.empty() || uid == uid_of(config));
    if (!same || is_going(config)) continue;
    const json::Array* entries = api::array_at(config, {"status", "lastBackups"});
    if (entries == nullptr) return false;
    const auto slot = time_at(operation, {"spec", "scheduledTime"});
    const auto last = time_at(config, {"status", "lastScheduleTime"});
    if (slot && (!last || *last < *slot)) return false;
    for (const json::Value& each : *entries) {
      if (api::text_at(each, {"jobName"}) != name_of(operation)) continue;
      const std::string_view phase = api::text_at(each, {"backupPhase"});
      return phase != "Pending" && phase != "Running";
    }
    return true;  // old enough to have been dropped from the entries
  }
  return true;  // there is nobody to record it
}

// Somebody waits for what was asked for by hand, so that is tried again soon.
bool is_asked_for(const json::Value& operation, const ClusterView& view) {
  return is_operation(operation, "Delete") &&
         std::any_of(view.backups.begin(), view.backups.end(), [&](const json::Value& each) {
           return is_going(each) && name_of(each) == api::text_at(operation, {"spec", "backup"});
         });
}

Seconds remembered(const json::Value& operation, const ClusterView& view) {
  if (phase_of(operation) == "Completed") return kRememberCompleted;
  return is_asked_for(operation, view) ? kRememberFailedRemoval : kRememberFailed;
}

}  // namespace

void plan_forgetting(const ClusterView& view, Instant now, Plan& plan) {
  for (const json::Value& each : view.operations) {
    if (!has_ended(each)) continue;
    const Seconds remember = remembered(each, view);
    const auto ended = time_at(each, {"status", "finishTime"});
    const Instant due = ended.value_or(kFirstInstant) + remember;
    // A clock that was set back must not keep them for ever.
    const bool from_future = ended && *ended > now + remember;
    if (now < due && !from_future) {
      plan.look_at(due);
      continue;
    }
    if (is_operation(each, "Backup") && !is_recorded(each, view)) continue;
    plan.remove(kOperationType, each);
  }
}

Plan reconcile_cluster(const ClusterView& view, Instant now) {
  Plan plan;
  const bool is_there = !view.cluster.is_null();
  const bool going = is_there && is_going(view.cluster);
  if (is_there) plan_project(view, plan);
  if (is_there && !going) {
    plan_making(view, plan);
    // What was made just now is seen in the next look, which the change itself brings about.
    if (!plan.actions.empty()) return plan;
    const bool paused = api::flag_at(view.cluster, {"spec", "pause"});
    if (!paused && !view.namespace_going && plan_default_config(view, plan)) return plan;
  }
  plan_configs(view, now, plan);
  if (!going && !view.namespace_going) plan_reasons_without_config(view, plan);
  plan_backup_deletions(view, now, plan);
  for (const json::Value& each : view.restores)
    plan_restore(each, view, now, plan);
  plan_forgetting(view, now, plan);
  if (going) plan_cluster_deletion(view, now, plan);
  if (is_there && !going) plan_status(view, now, plan);
  return plan;
}

}  // namespace holdfast::control
