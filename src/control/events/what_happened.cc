#include "control/events/what_happened.h"

#include <algorithm>

#include "api/destination_place.h"
#include "api/rules.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

using Happenings = std::vector<Happening>;

registry::ObjectId id_at(const json::Value& object) {
  return {.name_space = std::string(namespace_of(object)), .name = std::string(name_of(object))};
}

Happening on_object(TypeName type, const json::Value& object) {
  return {.type = type, .about = id_at(object), .uid = std::string(uid_of(object)), .reason = "", .message = ""};
}

Happening on_cluster(std::string_view name) {
  return {.type = kClusterType,
          .about = {.name_space = "", .name = std::string(name)},
          .uid = "",
          .reason = "",
          .message = ""};
}

// The config that an Operation or a Backup is of, or else the Cluster.
Happening on_config_or_cluster(const json::Value& object) {
  const std::string_view config = api::text_at(object, {"spec", "config"});
  if (config.empty()) return on_cluster(api::text_at(object, {"spec", "cluster"}));
  return {.type = kConfigType,
          .about = {.name_space = std::string(namespace_of(object)), .name = std::string(config)},
          .uid = std::string(api::text_at(object, {"spec", "configUID"})),
          .reason = "",
          .message = ""};
}

void add(Happenings& all, Happening target, bool warning, std::string_view reason, std::string message) {
  target.warning = warning;
  target.reason = reason;
  target.message = std::move(message);
  all.push_back(std::move(target));
}

std::string_view message_of(const json::Value& operation) {
  return api::text_at(operation, {"status", "message"});
}

std::string backup_name(const json::Value& operation) {
  std::string_view name = api::text_at(operation, {"status", "result", "backupName"});
  if (name.empty()) name = api::text_at(operation, {"spec", "backupName"});
  return std::string(name.empty() ? name_of(operation) : name);
}

std::string stored_text(const json::Value& operation) {
  std::string text = fmt::format("stored {}", backup_name(operation));
  if (const std::string_view where = api::text_at(operation, {"spec", "destination"}); !where.empty())
    text += fmt::format(" in {}", where);
  const auto size = number_at(operation, {"status", "result", "sizeBytes"});
  const auto revision = number_at(operation, {"status", "result", "revision"});
  if (size && *size >= 0) text += fmt::format(": {}", format_bytes(static_cast<std::uint64_t>(*size)));
  if (size && revision) text += fmt::format(", revision {}", *revision);
  return text;
}

void backup_ended(const json::Value& operation, Happenings& all) {
  const std::string_view phase = phase_of(operation);
  if (phase == "Completed")
    return add(all, on_config_or_cluster(operation), false, "BackupSucceeded", stored_text(operation));
  if (phase == "Cancelled") {
    return add(all, on_config_or_cluster(operation), false, "BackupCancelled",
               fmt::format("{}: {}", backup_name(operation), message_of(operation)));
  }
  const std::string text = fmt::format("{}: {}", backup_name(operation), message_of(operation));
  const std::string_view reason = phase == "Skipped" ? "BackupSkipped" : "BackupFailed";
  if (!api::text_at(operation, {"spec", "config"}).empty())
    add(all, on_config_or_cluster(operation), true, reason, text);
  add(all, on_cluster(api::text_at(operation, {"spec", "cluster"})), true, reason, text);
  add(all, on_object(kOperationType, operation), true, reason, text);
}

void delete_ended(const json::Value& operation, Happenings& all) {
  const std::string_view phase = phase_of(operation);
  const std::string name = backup_name(operation);
  if (phase == "Completed") {
    add(all, on_config_or_cluster(operation), false, "BackupDeleted",
        fmt::format("removed {}: {}", name, api::text_at(operation, {"spec", "reason"})));
  } else if (phase == "Cancelled") {
    add(all, on_config_or_cluster(operation), false, "BackupKept", fmt::format("{}: {}", name, message_of(operation)));
  } else {
    add(all, on_config_or_cluster(operation), true, "BackupDeleteFailed",
        fmt::format("{}: {}", name, message_of(operation)));
    add(all, on_object(kOperationType, operation), true, "BackupDeleteFailed", std::string(message_of(operation)));
  }
}

void verification_ended(const json::Value& operation, Happenings& all) {
  Happening target{.type = kBackupType,
                   .about = {.name_space = std::string(namespace_of(operation)),
                             .name = std::string(api::text_at(operation, {"spec", "backup"}))},
                   .uid = "",
                   .reason = "",
                   .message = ""};
  if (phase_of(operation) == "Completed")
    return add(all, std::move(target), false, "BackupVerified", "read and checked");
  add(all, std::move(target), true, "BackupVerifyFailed", std::string(message_of(operation)));
}

void inventory_ended(const json::Value& operation, Happenings& all) {
  if (phase_of(operation) != "Failed") return;
  const Happening target{.type = kSeedType,
                         .about = {.name_space = std::string(namespace_of(operation)),
                                   .name = std::string(api::text_at(operation, {"spec", "seed"}))},
                         .uid = "",
                         .reason = "",
                         .message = ""};
  add(all, target, true, "InventoryFailed",
      fmt::format("{}: {}", api::text_at(operation, {"spec", "destination"}), message_of(operation)));
}

void look_at_operation(const json::Value& before, const json::Value& now, Happenings& all) {
  if (phase_of(before) == phase_of(now)) return;
  const bool tries_again = phase_of(now) == "Pending" && time_at(now, {"status", "nextAttemptTime"});
  if (tries_again) {
    const std::int64_t attempt = number_at(now, {"status", "attempt"}).value_or(1);
    add(all, on_object(kOperationType, now), true, "AttemptFailed",
        fmt::format("attempt {} of {}: {}", attempt, most_attempts(now), message_of(now)));
  }
  if (!has_ended(now)) return;
  if (is_operation(now, "Backup")) backup_ended(now, all);
  if (is_operation(now, "Delete")) delete_ended(now, all);
  if (is_operation(now, "Verify")) verification_ended(now, all);
  if (is_operation(now, "Inventory")) inventory_ended(now, all);
}

// --- what is said by conditions

struct Turn {
  bool was_there = false;
  bool held = false;
  bool holds = false;
  std::string old_reason, reason, old_message, message;
};

std::string text_in(const json::Object& condition, std::string_view name) {
  const json::Value* found = condition.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

// Nothing when the condition is not there now.
std::optional<Turn> turn_of(const json::Value& before, const json::Value& now, std::string_view type) {
  const json::Object* found = find_condition(now, type);
  if (found == nullptr) return std::nullopt;
  Turn turn;
  turn.holds = condition_holds(now, type);
  turn.reason = text_in(*found, "reason");
  turn.message = text_in(*found, "message");
  const json::Object* old = find_condition(before, type);
  if (old == nullptr) return turn;
  turn.was_there = true;
  turn.held = condition_holds(before, type);
  turn.old_reason = text_in(*old, "reason");
  turn.old_message = text_in(*old, "message");
  return turn;
}

void look_at_protection(const json::Value& before, const json::Value& now, Happenings& all) {
  const auto turn = turn_of(before, now, "Protected");
  // That a new cluster has no backup yet is nothing to warn of.
  if (!turn || !turn->was_there) return;
  if (turn->holds && !turn->held) add(all, on_object(kClusterType, now), false, "Protected", "a good backup was made");
  if (!turn->holds && (turn->held || turn->message != turn->old_message))
    add(all, on_object(kClusterType, now), true, "Unprotected", turn->message);
}

void look_at_health(const json::Value& before, const json::Value& now, Happenings& all) {
  const auto turn = turn_of(before, now, "EtcdHealthy");
  if (!turn || (turn->was_there && turn->holds == turn->held && turn->reason == turn->old_reason)) return;
  if (!turn->holds) return add(all, on_object(kClusterType, now), true, "EtcdUnhealthy", turn->message);
  if (turn->reason == "SpaceLow") return add(all, on_object(kClusterType, now), true, "EtcdSpaceLow", turn->message);
  if (turn->was_there) add(all, on_object(kClusterType, now), false, "EtcdHealthy", "its etcd is healthy");
}

void look_at_scheduling(const json::Value& before, const json::Value& now, Happenings& all) {
  const auto turn = turn_of(before, now, "SchedulingActive");
  if (!turn || (turn->was_there && turn->reason == turn->old_reason)) return;
  if (!turn->holds) {
    const bool wished = turn->reason == "Suspended" || turn->reason == "Paused" || turn->reason == "ClusterDeleted";
    return add(all, on_object(kConfigType, now), !wished, turn->reason, turn->message);
  }
  if (!turn->was_there) return;
  const std::string_view reason = turn->old_reason == "TooManyBackups" ? "NormalBackupCount" : "SchedulingActive";
  add(all, on_object(kConfigType, now), false, reason, "backups are scheduled");
}

// --- lists in a status

void look_at_skipped(const json::Value& before, const json::Value& now, Happenings& all) {
  const json::Array* entries = api::array_at(now, {"status", "lastBackups"});
  if (entries == nullptr) return;
  const json::Array* old = api::array_at(before, {"status", "lastBackups"});
  const auto was_there = [&](const json::Value& entry) {
    return old != nullptr && std::any_of(old->begin(), old->end(), [&](const json::Value& each) {
             return api::text_at(each, {"backupName"}) == api::text_at(entry, {"backupName"}) &&
                    api::text_at(each, {"backupPhase"}) == "Skipped";
           });
  };
  for (const json::Value& each : *entries) {
    if (api::text_at(each, {"backupPhase"}) != "Skipped" || was_there(each)) continue;
    add(all, on_object(kConfigType, now), true, "BackupSkipped",
        fmt::format("{}: {}", api::text_at(each, {"backupName"}), api::text_at(each, {"backupMessage"})));
  }
}

void look_at_seed(const json::Value& before, const json::Value& now, Happenings& all) {
  const json::Array* list = api::array_at(now, {"status", "destinations"});
  if (list == nullptr) return;
  for (const json::Value& each : *list) {
    const json::Value* usable = api::field_at(each, {"usable"});
    if (usable == nullptr) continue;
    const std::string_view name = api::text_at(each, {"name"});
    const std::string_view message = api::text_at(each, {"message"});
    const json::Value* old = api::state_of_destination(before, name);
    const json::Value* was = old == nullptr ? nullptr : api::field_at(*old, {"usable"});
    const bool same = was != nullptr && *was == *usable;
    if (*usable == json::Value(true)) {
      if (!same) add(all, on_object(kSeedType, now), false, "DestinationUsable", fmt::format("{} can be used", name));
    } else if (!same || api::text_at(*old, {"message"}) != message) {
      add(all, on_object(kSeedType, now), true, "DestinationUnusable", fmt::format("{}: {}", name, message));
    }
  }
}

void look_at_backup(const json::Value& before, const json::Value& now, Happenings& all) {
  const std::string_view phase = api::text_at(now, {"status", "phase"});
  if (phase == api::text_at(before, {"status", "phase"})) return;
  if (phase != "Damaged" && phase != "Missing" && phase != "Orphaned") return;
  const std::string reason = fmt::format("Backup{}", phase);
  const std::string_view message = api::text_at(now, {"status", "message"});
  add(all, on_object(kBackupType, now), true, reason, std::string(message));
  Happening other =
      phase == "Orphaned" ? on_cluster(api::text_at(now, {"spec", "cluster"})) : on_config_or_cluster(now);
  add(all, std::move(other), true, reason, fmt::format("{}: {}", name_of(now), message));
}

}  // namespace

std::vector<Happening> what_happened(const registry::ObjectEvent& event) {
  Happenings all;
  if (!event.now) return all;
  const json::Value none;
  const json::Value& before = event.before ? *event.before : none;
  const json::Value& now = *event.now;
  const std::string_view kind = event.kind->kind;
  if (kind == kOperationType.kind) look_at_operation(before, now, all);
  if (kind == kSeedType.kind) look_at_seed(before, now, all);
  if (kind == kBackupType.kind) look_at_backup(before, now, all);
  if (kind == kClusterType.kind) {
    look_at_protection(before, now, all);
    look_at_health(before, now, all);
  }
  if (kind == kConfigType.kind) {
    look_at_scheduling(before, now, all);
    look_at_skipped(before, now, all);
  }
  return all;
}

}  // namespace holdfast::control
