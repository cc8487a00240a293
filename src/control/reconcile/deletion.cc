#include "control/reconcile/deletion.h"

#include <algorithm>

#include "control/reconcile/conditions.h"
#include "control/reconcile/entries.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

std::optional<Instant> give_up_time(const json::Value& object) {
  const auto asked = time_at(object, {"metadata", "deletionTimestamp"});
  if (!asked) return std::nullopt;
  return *asked + kLeaveBehindAfter;
}

bool policy_deletes(const json::Value& object) {
  return api::text_at(object, {"spec", "deletionPolicy"}) == "Delete";
}

// Backup operations of the config that have not ended. Those that have not begun are cancelled.
std::size_t cancel_waiting(const json::Value& config, const ClusterView& view, Instant now, Plan& plan) {
  std::size_t running = 0;
  for (const json::Value* each : backup_operations(config, view)) {
    if (has_ended(*each)) continue;
    if (phase_of(*each) == "Running") {
      ++running;
      continue;
    }
    json::Value after = *each;
    json::Object& status = member_of(after, "status");
    status["phase"] = "Cancelled";
    status["message"] = "its backup config was deleted";
    status["finishTime"] = format_instant(now);
    plan.update_status(kOperationType, *each, std::move(after));
  }
  return running;
}

using Backups = std::vector<const json::Value*>;

bool stays_anyhow(const json::Value& backup) {
  return api::flag_at(backup, {"spec", "pinned"}) || api::flag_at(backup, {"status", "foreign"});
}

// Removes what may go; `running` deletes are under way. The number of backups that are still there and should not be.
std::size_t plan_removals(const Backups& backups, std::size_t running, std::string_view why, const ClusterView& view,
                          Instant now, Plan& plan) {
  std::size_t left = 0;
  for (const json::Value* each : backups) {
    if (stays_anyhow(*each) || api::text_at(*each, {"status", "phase"}) == "Orphaned") continue;
    ++left;
    if (running >= kMostDeletesPerConfig || delete_of(*each, view) != nullptr || lock_of(*each, now)) continue;
    plan.create(kOperationType, delete_operation(*each, view, why));
    ++running;
  }
  return left;
}

void mark_orphaned(const json::Value& backup, std::string_view why, Plan& plan) {
  json::Value after = backup;
  member_of(after, "status")["phase"] = "Orphaned";
  member_of(after, "status")["message"] = why;
  plan.update_status(kBackupType, backup, std::move(after));
}

void leave_behind(const Backups& backups, std::string_view why, Instant now, Plan& plan) {
  for (const json::Value* each : backups) {
    if (stays_anyhow(*each)) continue;
    const bool locked = lock_of(*each, now).has_value();
    mark_orphaned(
        *each, fmt::format("{}: {}", locked ? "its bucket would not let it go" : "it could not be removed", why), plan);
  }
}

constexpr std::string_view kConfigDeleted = "its backup config was deleted";
constexpr std::string_view kClusterDeleted = "its cluster was deleted";

// Those of no config that is there.
Backups backups_without_config(const ClusterView& view) {
  Backups found;
  for (const json::Value& each : view.backups) {
    const std::string_view config = api::text_at(each, {"spec", "config"});
    const bool has_config = std::any_of(view.configs.begin(), view.configs.end(),
                                        [&](const json::Value& other) { return name_of(other) == config; });
    if (!has_config) found.push_back(&each);
  }
  return found;
}

std::size_t all_running_deletes(const ClusterView& view) {
  return static_cast<std::size_t>(
      std::count_if(view.operations.begin(), view.operations.end(),
                    [](const json::Value& each) { return is_operation(each, "Delete") && !has_ended(each); }));
}

void release(TypeName type, const json::Value& object, Plan& plan) {
  json::Value after = object;
  remove_finalizer(after, kCleanupFinalizer);
  plan.update(type, object, std::move(after));
}

}  // namespace

bool deletes_backups(const json::Value& config, const ClusterView& view) {
  if (view.namespace_going) return false;
  if (!view.cluster.is_null() && is_going(view.cluster)) return policy_deletes(view.cluster);
  return policy_deletes(config);
}

void plan_config_deletion(const json::Value& config, const ClusterView& view, Instant now, Plan& plan) {
  if (!has_finalizer(config, kCleanupFinalizer)) return;
  const std::optional<Instant> end = give_up_time(config);
  const bool overdue = !end || now >= *end;
  const std::size_t running = cancel_waiting(config, view, now, plan);
  if (deletes_backups(config, view)) {
    const Backups backups = backups_of(config, view);
    const std::size_t left =
        plan_removals(backups, running_deletes(name_of(config), view), kConfigDeleted, view, now, plan);
    if (left > 0 && overdue) leave_behind(backups, kConfigDeleted, now, plan);
    if ((left > 0 || running > 0) && !overdue) return plan.look_at(end);
  }
  release(kConfigType, config, plan);
}

void plan_cluster_deletion(const ClusterView& view, Instant now, Plan& plan) {
  if (!has_finalizer(view.cluster, kCleanupFinalizer)) return;
  for (const json::Value& each : view.configs) {
    if (!is_going(each)) plan.remove(kConfigType, each);
  }
  if (!view.configs.empty()) {
    // The configs end their own waiting after the same time; this is for those that somebody else holds.
    const std::optional<Instant> end = give_up_time(view.cluster);
    const std::optional<Instant> last = end ? std::optional(*end + kLeaveBehindAfter) : std::nullopt;
    if (last && now < *last) return plan.look_at(last);
  }
  if (policy_deletes(view.cluster) && !view.namespace_going) {
    const std::optional<Instant> end = give_up_time(view.cluster);
    const std::optional<Instant> last = end ? std::optional(*end + kLeaveBehindAfter) : std::nullopt;
    const Backups backups = backups_without_config(view);
    const std::size_t left = plan_removals(backups, all_running_deletes(view), kClusterDeleted, view, now, plan);
    if (left > 0 && last && now < *last) return plan.look_at(last);
    if (left > 0) leave_behind(backups, kClusterDeleted, now, plan);
  }
  release(kClusterType, view.cluster, plan);
}

void plan_backup_deletions(const ClusterView& view, Instant now, Plan& plan) {
  for (const json::Value& each : view.backups) {
    if (!is_going(each) || !has_finalizer(each, kStoredObjectFinalizer)) continue;
    const std::optional<Instant> end = give_up_time(each);
    if (!view.namespace_going && end && now < *end) {
      plan.look_at(end);
      if (delete_of(each, view) == nullptr)
        plan.create(kOperationType, delete_operation(each, view, "its removal was asked for"));
      continue;
    }
    json::Value after = each;
    remove_finalizer(after, kStoredObjectFinalizer);
    plan.update(kBackupType, each, std::move(after));
  }
}

}  // namespace holdfast::control
