#include "control/reconcile/entries.h"

#include <algorithm>

#include "control/reconcile/backup_target.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

using Entries = std::vector<json::Value>;

json::Value* find_entry(Entries& entries, std::string_view member, std::string_view text) {
  if (text.empty()) return nullptr;
  for (json::Value& each : entries) {
    if (api::text_at(each, {member}) == text) return &each;
  }
  return nullptr;
}

void copy(json::Object& to, std::string_view name, const json::Value& from, api::FieldNames names) {
  if (const json::Value* value = api::field_at(from, names)) to[name] = *value;
}

// What an operation says about its backup.
void update_from_operation(json::Object& entry, const json::Value& operation, const json::Value& config,
                           const ClusterView& view) {
  entry["jobName"] = name_of(operation);
  if (!entry.contains("backupName")) {
    if (const auto target = backup_target(operation, config, view.seed)) {
      entry["backupName"] = target->backup_name;
      entry["destination"] = target->destination;
      entry["objectKey"] = target->object_key;
    } else {
      copy(entry, "backupName", operation, {"spec", "backupName"});
    }
  }
  copy(entry, "backupName", operation, {"status", "result", "backupName"});
  copy(entry, "objectKey", operation, {"status", "result", "objectKey"});
  const auto slot = time_at(operation, {"spec", "scheduledTime"});
  if (!slot) entry["manual"] = true;
  set_or_erase(entry, "scheduledTime", slot ? slot : created(operation));
  const std::string_view phase = phase_of(operation);
  entry["backupPhase"] = phase == "Cancelled" ? "Failed" : phase;
  copy(entry, "backupStartTime", operation, {"status", "startTime"});
  copy(entry, "backupFinishedTime", operation, {"status", "finishTime"});
  set_or_erase(entry, "backupMessage", api::text_at(operation, {"status", "message"}));
  copy(entry, "attempts", operation, {"status", "attempt"});
  for (const std::string_view name : {"exitCode", "outputTail", "containerSeconds"})
    entry.erase(name);  // of an attempt before
  for (const std::string_view name : {"sizeBytes", "storedBytes", "sha256", "revision", "etcdVersion",
                                      "durationSeconds", "exitCode", "outputTail", "containerSeconds"})
    copy(entry, name, operation, {"status", "result", name});
}

constexpr std::string_view kLost = "it was stored, but ";

// A backup that is no good any more must not pass for one that is.
void judge_stored(json::Object& entry, const json::Value& backup) {
  const std::string_view phase = api::text_at(backup, {"status", "phase"});
  const json::Value* old = entry.if_contains("backupMessage");
  const bool was_lost = old != nullptr && old->is_string() && std::string_view(old->get_string()).starts_with(kLost);
  if (phase == "Damaged" || phase == "Missing") {
    entry["backupPhase"] = "Failed";
    entry["backupMessage"] = fmt::format("{}{}: {}", kLost, phase == "Damaged" ? "is damaged" : "is missing",
                                         api::text_at(backup, {"status", "message"}));
  } else if (was_lost) {
    entry["backupPhase"] = "Completed";
    entry.erase("backupMessage");
  }
}

// What the catalogue says about it.
void update_from_backup(json::Object& entry, const json::Value& backup) {
  copy(entry, "backupName", backup, {"spec", "backupName"});
  copy(entry, "objectKey", backup, {"spec", "objectKey"});
  copy(entry, "destination", backup, {"spec", "destination"});
  if (!entry.contains("scheduledTime")) {
    copy(entry, "scheduledTime", backup, {"status", "takenTime"});
    copy(entry, "scheduledTime", backup, {"status", "scheduledTime"});
  }
  if (!entry.contains("backupPhase")) entry["backupPhase"] = "Completed";
  if (!entry.contains("backupFinishedTime")) copy(entry, "backupFinishedTime", backup, {"status", "finishedTime"});
  for (const std::string_view name : {"sizeBytes", "storedBytes", "sha256", "revision", "etcdVersion", "encrypted",
                                      "durationSeconds", "storedBy", "exitCode", "outputTail", "containerSeconds"})
    copy(entry, name, backup, {"status", name});
  judge_stored(entry, backup);
  const bool pinned = api::flag_at(backup, {"spec", "pinned"});
  if (pinned) entry["pinned"] = true;
  if (!pinned) entry.erase("pinned");
  for (const std::string_view name :
       {"deleteJobName", "deleteStartTime", "deleteFinishedTime", "deletePhase", "deleteMessage", "keptBecause"})
    entry.erase(name);
  copy(entry, "keptBecause", backup, {"status", "keptBecause"});
}

void update_from_deletion(json::Object& entry, const json::Value& operation) {
  const std::string_view phase = phase_of(operation);
  entry["deleteJobName"] = name_of(operation);
  copy(entry, "deleteStartTime", operation, {"status", "startTime"});
  copy(entry, "deleteFinishedTime", operation, {"status", "finishTime"});
  entry["deletePhase"] = phase;
  set_or_erase(entry, "deleteMessage", api::text_at(operation, {"status", "message"}));
}

bool is_phase(const json::Value& entry, std::string_view phase) {
  return api::text_at(entry, {"backupPhase"}) == phase;
}

const json::Value* backup_of_entry(const json::Value& entry, const std::vector<const json::Value*>& backups) {
  const std::string_view key = api::text_at(entry, {"objectKey"});
  for (const json::Value* each : backups) {
    if (!key.empty() && api::text_at(*each, {"spec", "objectKey"}) == key) return each;
  }
  return nullptr;
}

void merge_operations(Entries& entries, const json::Value& config, const ClusterView& view) {
  for (const json::Value* operation : backup_operations(config, view)) {
    json::Value* entry = find_entry(entries, "jobName", name_of(*operation));
    if (entry == nullptr) entry = &entries.emplace_back(json::Object());
    update_from_operation(entry->get_object(), *operation, config, view);
  }
}

void merge_backups(Entries& entries, const std::vector<const json::Value*>& backups) {
  for (const json::Value* backup : backups) {
    if (api::text_at(*backup, {"status", "phase"}).empty()) continue;
    json::Value* entry = find_entry(entries, "objectKey", api::text_at(*backup, {"spec", "objectKey"}));
    if (entry == nullptr) entry = &entries.emplace_back(json::Object());
    update_from_backup(entry->get_object(), *backup);
  }
}

void merge_deletions(Entries& entries, const ClusterView& view) {
  for (const json::Value& operation : view.operations) {
    if (!is_operation(operation, "Delete")) continue;
    json::Value* entry = find_entry(entries, "objectKey", api::text_at(operation, {"spec", "objectKey"}));
    if (entry != nullptr) update_from_deletion(entry->get_object(), operation);
  }
}

// Entries that were under way and whose operation somebody deleted; entries whose backup is gone.
void settle(Entries& entries, const ClusterView& view, const std::vector<const json::Value*>& backups, Instant now) {
  const auto has_operation = [&](const json::Value& entry) {
    const std::string_view job = api::text_at(entry, {"jobName"});
    const std::string_view removal = api::text_at(entry, {"deleteJobName"});
    return std::any_of(view.operations.begin(), view.operations.end(),
                       [&](const json::Value& each) { return name_of(each) == job || name_of(each) == removal; });
  };
  std::erase_if(entries, [&](json::Value& entry) {
    if (has_operation(entry)) {
      if (is_phase(entry, "Completed") && backup_of_entry(entry, backups) == nullptr) {
        entry.get_object()["deletePhase"] = "Completed";
        for (const std::string_view name : {"keptBecause", "pinned"})
          entry.get_object().erase(name);
      }
      return false;
    }
    if (is_phase(entry, "Pending") || is_phase(entry, "Running")) {
      json::Object& failed = entry.get_object();
      failed["backupPhase"] = "Failed";
      failed["backupMessage"] = "its operation was deleted";
      failed["backupFinishedTime"] = format_instant(now);
    }
    return is_phase(entry, "Completed") && backup_of_entry(entry, backups) == nullptr;
  });
}

void keep_latest(Entries& entries, std::string_view phase, std::size_t most) {
  std::size_t excess = 0;
  for (const json::Value& each : entries)
    excess += is_phase(each, phase) ? 1U : 0U;
  excess -= std::min(excess, most);
  std::erase_if(entries, [&](const json::Value& each) {
    if (excess == 0 || !is_phase(each, phase)) return false;
    --excess;
    return true;
  });
}

}  // namespace

std::vector<const json::Value*> backup_operations(const json::Value& config, const ClusterView& view) {
  std::vector<const json::Value*> found;
  for (const json::Value& each : view.operations) {
    if (!is_operation(each, "Backup") || api::text_at(each, {"spec", "config"}) != name_of(config)) continue;
    const std::string_view uid = api::text_at(each, {"spec", "configUID"});
    if (uid.empty() || uid == uid_of(config)) found.push_back(&each);
  }
  return found;
}

std::vector<const json::Value*> backups_of(const json::Value& config, const ClusterView& view) {
  std::vector<const json::Value*> found;
  for (const json::Value& each : view.backups) {
    if (api::text_at(each, {"spec", "config"}) == name_of(config)) found.push_back(&each);
  }
  return found;
}

std::vector<json::Value> collect_entries(const json::Value& config, const ClusterView& view, Instant now) {
  Entries entries;
  if (const json::Array* old = api::array_at(config, {"status", "lastBackups"})) {
    for (const json::Value& each : *old) {
      if (each.is_object()) entries.push_back(each);
    }
  }
  const auto backups = backups_of(config, view);
  merge_operations(entries, config, view);
  merge_backups(entries, backups);
  merge_deletions(entries, view);
  settle(entries, view, backups, now);
  return entries;
}

json::Value pending_entry(const json::Value& operation) {
  json::Object entry{{"jobName", name_of(operation)}, {"backupPhase", "Pending"}};
  for (const std::string_view name : {"scheduledTime", "backupName", "destination", "objectKey"})
    copy(entry, name, operation, {"spec", name});
  return entry;
}

json::Value skipped_entry(std::string_view backup_name, Instant slot, std::string_view why, Instant now) {
  return json::Object{{"scheduledTime", format_instant(slot)},
                      {"backupName", backup_name},
                      {"backupPhase", "Skipped"},
                      {"backupMessage", why},
                      {"backupFinishedTime", format_instant(now)}};
}

std::vector<Instant> known_slots(const json::Value& config, const ClusterView& view) {
  std::vector<Instant> slots;
  const auto add = [&](std::optional<Instant> slot) {
    if (slot) slots.push_back(*slot);
  };
  add(time_at(config, {"status", "lastScheduleTime"}));
  if (const json::Array* entries = api::array_at(config, {"status", "lastBackups"})) {
    for (const json::Value& each : *entries) {
      // Those found in a destination were made by a config of this name before, or by hand.
      const bool of_schedule = is_phase(each, "Skipped") || !api::text_at(each, {"jobName"}).empty();
      if (of_schedule && !api::flag_at(each, {"manual"})) add(time_at(each, {"scheduledTime"}));
    }
  }
  for (const json::Value* each : backup_operations(config, view))
    add(time_at(*each, {"spec", "scheduledTime"}));
  return slots;
}

void tidy_entries(std::vector<json::Value>& entries) {
  // Times of one format compare like texts.
  std::stable_sort(entries.begin(), entries.end(), [](const json::Value& a, const json::Value& b) {
    return api::text_at(a, {"scheduledTime"}) < api::text_at(b, {"scheduledTime"});
  });
  keep_latest(entries, "Failed", kFailedEntriesKept);
  keep_latest(entries, "Skipped", kSkippedEntriesKept);
  if (entries.size() > kMostEntries)
    entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kMostEntries));
}

}  // namespace holdfast::control
