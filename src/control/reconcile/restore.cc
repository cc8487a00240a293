#include "control/reconcile/restore.h"

#include "control/reconcile/conditions.h"
#include "control/schedule/backup_name.h"

namespace holdfast::control {
namespace {

constexpr std::string_view kLauncherNotEnabled = "EtcdLauncherNotEnabled";
constexpr std::string_view kNotCarriedOut = "NotCarriedOut";

// Whether both name the same backup; the forms of a time and the suffix do not count. A name without a time is only
// another way to write itself with a suffix.
bool means_same(std::string_view wanted, std::string_view name) {
  const auto first = parse_backup_name(wanted);
  const auto second = parse_backup_name(name);
  if (!first || !second || first->config != second->config || first->slot != second->slot) return false;
  return first->suffix.empty() || second->suffix.empty() || first->suffix == second->suffix;
}

std::int64_t sequence_of(const json::Value& backup) {
  return number_at(backup, {"status", "sequence"}).value_or(0);
}

// Of those the name fits, in the destination unless that is empty.
template <typename Fits>
const json::Value* newest(const ClusterView& view, std::string_view destination, Fits fits) {
  const json::Value* found = nullptr;
  for (const json::Value& each : view.backups) {
    if (!destination.empty() && api::text_at(each, {"spec", "destination"}) != destination) continue;
    if (!fits(api::text_at(each, {"spec", "backupName"})) && !fits(api::text_at(each, {"spec", "objectKey"}))) continue;
    if (found == nullptr || sequence_of(each) > sequence_of(*found)) found = &each;
  }
  return found;
}

const json::Value* find_backup(std::string_view name, std::string_view destination, const ClusterView& view) {
  const json::Value* exact = newest(view, destination, [&](std::string_view other) { return other == name; });
  if (exact != nullptr) return exact;
  return newest(view, destination, [&](std::string_view other) { return means_same(name, other); });
}

Condition judge_missing(const json::Value& restore, const ClusterView& view) {
  const std::string_view name = api::text_at(restore, {"spec", "backupName"});
  const std::string_view destination = api::text_at(restore, {"spec", "destination"});
  Condition condition{.type = "BackupUsable", .holds = false, .reason = "NotFound", .message = ""};
  if (!api::text_at(restore, {"spec", "backupDownloadCredentialsSecret"}).empty()) {
    condition.reason = "OwnCredentials";
    condition.message = "what lies in a bucket with credentials of its own is not in the catalogue";
    return condition;
  }
  condition.message = fmt::format("cluster {} has no backup {}", view.name, name);
  if (const json::Value* other = find_backup(name, "", view); other != nullptr) {
    condition.reason = "OtherDestination";
    condition.message +=
        fmt::format(" in destination {}, but one in {}", destination, api::text_at(*other, {"spec", "destination"}));
  } else if (!destination.empty()) {
    condition.message += fmt::format(" in destination {}", destination);
  }
  condition.message += "; see kubectl get backups -n " + view.name_space;
  return condition;
}

Condition judge_backup(const json::Value& restore, const ClusterView& view) {
  const json::Value* backup = backup_of_restore(restore, view);
  if (backup == nullptr) return judge_missing(restore, view);
  const std::string_view phase = api::text_at(*backup, {"status", "phase"});
  Condition condition{.type = "BackupUsable", .holds = true, .reason = "Found", .message = ""};
  condition.message = fmt::format("{} in destination {}", api::text_at(*backup, {"spec", "objectKey"}),
                                  api::text_at(*backup, {"spec", "destination"}));
  if (phase == "Completed" || phase == "Unverified" || phase == "Orphaned") return condition;
  condition.holds = false;
  condition.reason = phase == "Missing" || phase == "Damaged" ? std::string(phase) : "Unfinished";
  const std::string_view why = api::text_at(*backup, {"status", "message"});
  if (!why.empty()) condition.message += fmt::format(": {}", why);
  return condition;
}

Condition judge_progress(const Condition& backup, const ClusterView& view) {
  Condition condition{.type = "Progressing", .holds = false, .reason = "", .message = ""};
  std::string by_hand = "By hand: holdfast snapshot restore";
  if (backup.holds) by_hand += ", with " + backup.message;
  // First, so that who restores in a hurry does not look for what else is missing.
  const std::string not_carried_out = fmt::format(
      "this server checks and shows restores but does not carry them out yet; etcd is as it was. {}", by_hand);
  if (view.cluster.is_null()) {
    condition.reason = "ClusterMissing";
    condition.message = fmt::format("there is no Cluster {}", view.name);
  } else if (!api::flag_at(view.cluster, {"spec", "features", "etcdLauncher"})) {
    condition.reason = "LauncherNotEnabled";
    condition.message = fmt::format("{}. One that does needs spec.features.etcdLauncher of Cluster {} to be true",
                                    not_carried_out, view.name);
  } else if (!backup.holds) {
    condition.reason = "BackupNotUsable";
    condition.message = fmt::format("{}. Besides, {}", backup.message, not_carried_out);
  } else {
    condition.reason = "NotCarriedOut";
    condition.message = not_carried_out;
  }
  return condition;
}

}  // namespace

const json::Value* backup_of_restore(const json::Value& restore, const ClusterView& view) {
  return find_backup(api::text_at(restore, {"spec", "backupName"}), api::text_at(restore, {"spec", "destination"}),
                     view);
}

bool is_pending_restore(const json::Value& restore) {
  const std::string_view phase = api::text_at(restore, {"status", "phase"});
  return phase != "Completed" && phase != "Failed" && phase != "RolledBack";
}

void plan_restore(const json::Value& restore, const ClusterView& view, Instant now, Plan& plan) {
  if (is_going(restore) || !is_pending_restore(restore)) return;
  const Condition backup = judge_backup(restore, view);
  const Condition progress = judge_progress(backup, view);
  json::Value after = restore;
  json::Object& status = member_of(after, "status");
  set_condition(status, backup, now, generation_of(restore));
  set_condition(status, progress, now, generation_of(restore));
  status["message"] = progress.message;
  status["phase"] = progress.reason == "LauncherNotEnabled" ? kLauncherNotEnabled : kNotCarriedOut;
  status["observedGeneration"] = generation_of(restore);
  plan.update_status(kRestoreType, restore, std::move(after));
}

}  // namespace holdfast::control
