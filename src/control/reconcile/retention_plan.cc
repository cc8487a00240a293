#include "control/reconcile/retention_plan.h"

#include <algorithm>
#include <set>

#include "control/reconcile/deletion.h"
#include "control/reconcile/entries.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/restore.h"

namespace holdfast::control {
namespace {

BackupState state_of(const json::Value& backup) {
  const std::string_view phase = api::text_at(backup, {"status", "phase"});
  if (is_going(backup) || phase == "Deleting" || phase == "Orphaned") return BackupState::removing;
  if (phase.empty()) return BackupState::running;
  if (phase == "Missing") return BackupState::missing;
  if (phase == "Damaged") return BackupState::failed;
  if (api::flag_at(backup, {"status", "foreign"})) return BackupState::foreign;
  return BackupState::good;
}

// What is called the same is one object under two names, or a copy of it: two destinations may lead to one place, and
// whether they do cannot always be said (docs/retention.md). Folders do not count, for a destination may begin in one.
std::string object_name(const json::Value& backup) {
  const std::string_view key = api::text_at(backup, {"spec", "objectKey"});
  return std::string(key.substr(key.rfind('/') + 1));
}

// Until when the config, made at `since`, leaves it alone.
std::optional<Instant> taken_over_until(const json::Value& backup, std::optional<Instant> since) {
  const auto taken = time_at(backup, {"status", "takenTime"});
  if (!since || !taken || *taken >= *since) return std::nullopt;
  return *since + kTakeOverAfter;
}

BackupFacts facts_of(const json::Value& backup, std::optional<Instant> since, const ClusterView& view) {
  BackupFacts facts;
  facts.name = object_name(backup);
  facts.etcd = etcd_of_backup(backup);
  const auto slot = time_at(backup, {"status", "scheduledTime"});
  facts.slot = slot ? *slot : time_at(backup, {"status", "takenTime"}).value_or(kFirstInstant);
  facts.made =
      static_cast<std::uint64_t>(std::max<std::int64_t>(number_at(backup, {"status", "sequence"}).value_or(0), 0));
  facts.state = state_of(backup);
  facts.pinned = api::flag_at(backup, {"spec", "pinned"});
  facts.in_use = is_in_use(backup, view);
  facts.locked_until = time_at(backup, {"status", "lockedUntil"});
  facts.taken_over_until = taken_over_until(backup, since);
  return facts;
}

// Which of the newest it is changes with every backup; that it is one of them is what people want to know.
std::string lasting_reason(const std::string& reason) {
  constexpr std::string_view kLast = "last ";
  const std::size_t of = reason.find(" of ");
  if (!reason.starts_with(kLast) || of == std::string::npos) return reason;
  return "one of the last " + reason.substr(of + 4);
}

json::Array reasons_of(const Verdict& verdict) {
  json::Array reasons;
  for (const std::string& each : verdict.reasons)
    reasons.emplace_back(lasting_reason(each));
  return reasons;
}

void plan_reasons(const json::Value& backup, const Verdict& verdict, Plan& plan) {
  if (api::text_at(backup, {"status", "phase"}).empty()) return;
  const json::Value* old = api::field_at(backup, {"status", "keptBecause"});
  const bool kept = verdict.fate == Fate::keep;
  json::Value reasons = kept ? json::Value(reasons_of(verdict)) : json::Value();
  if (kept ? old != nullptr && *old == reasons : old == nullptr) return;
  json::Value after = backup;
  json::Object& status = member_of(after, "status");
  status.erase("keptBecause");
  if (kept) status["keptBecause"] = std::move(reasons);
  plan.update_status(kBackupType, backup, std::move(after));
}

// The cluster is being deleted, and its backups with it.
bool removes_all(const ClusterView& view) {
  return !view.cluster.is_null() && is_going(view.cluster) && !view.namespace_going &&
         api::text_at(view.cluster, {"spec", "deletionPolicy"}) == "Delete";
}

}  // namespace

bool is_good(const json::Value& backup) {
  return state_of(backup) == BackupState::good;
}

bool is_in_use(const json::Value& backup, const ClusterView& view) {
  return std::any_of(view.restores.begin(), view.restores.end(), [&](const json::Value& each) {
    if (!is_pending_restore(each)) return false;
    const json::Value* used = backup_of_restore(each, view);
    return used != nullptr && name_of(*used) == name_of(backup);
  });
}

std::optional<Instant> lock_of(const json::Value& backup, Instant now) {
  const auto until = time_at(backup, {"status", "lockedUntil"});
  return until && *until > now ? until : std::nullopt;
}

std::vector<BackupFacts> backup_facts(const std::vector<const json::Value*>& backups, const json::Value& config,
                                      const ClusterView& view) {
  const auto since = time_at(config, {"metadata", "creationTimestamp"});
  std::vector<BackupFacts> facts;
  for (const json::Value* each : backups)
    facts.push_back(facts_of(*each, since, view));
  // An entry that is not of the config takes no part, but its object stays.
  const std::set<const json::Value*> own(backups.begin(), backups.end());
  for (const json::Value& each : view.backups) {
    if (own.contains(&each)) continue;
    BackupFacts other{.name = object_name(each), .slot = kFirstInstant, .state = BackupState::foreign};
    if (state_of(each) != BackupState::missing) facts.push_back(std::move(other));
  }
  return facts;
}

RetentionState judge_backups(const json::Value& config, const ConfigSpec& spec, const ClusterView& view, Instant now) {
  RetentionState state;
  state.backups = backups_of(config, view);
  const std::vector<BackupFacts> facts = backup_facts(state.backups, config, view);
  std::set<std::string> good;
  std::set<std::string> stored_ones;
  for (const json::Value* each : state.backups) {
    if (is_good(*each)) good.insert(object_name(*each));
    if (!stored_ones.insert(object_name(*each)).second) continue;
    const std::int64_t stored = number_at(*each, {"status", "storedBytes"}).value_or(0);
    state.stored_bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(stored, 0));
  }
  state.good = good.size();
  state.decision = decide(spec.policy, facts, now);
  state.decision.verdicts.resize(state.backups.size());
  return state;
}

bool removal_lags(const RetentionState& state, const RetentionPolicy& policy) {
  const auto& verdicts = state.decision.verdicts;
  const auto kept =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& each) { return each.fate == Fate::keep; });
  const auto keep = std::max<std::int64_t>(effective_keep(policy.keep), kept);
  return static_cast<std::int64_t>(state.decision.removals.size()) > keep;
}

const json::Value* delete_of(const json::Value& backup, const ClusterView& view) {
  for (const json::Value& each : view.operations) {
    if (is_operation(each, "Delete") && api::text_at(each, {"spec", "backup"}) == name_of(backup)) return &each;
  }
  return nullptr;
}

std::size_t running_deletes(std::string_view config, const ClusterView& view) {
  return static_cast<std::size_t>(
      std::count_if(view.operations.begin(), view.operations.end(), [&](const json::Value& each) {
        return is_operation(each, "Delete") && api::text_at(each, {"spec", "config"}) == config && !has_ended(each);
      }));
}

json::Value delete_operation(const json::Value& backup, const ClusterView& view, std::string_view reason) {
  const std::string name = resource_name(fmt::format("delete-{}-{}", name_of(backup), uid_of(backup).substr(0, 8)));
  json::Value operation = new_object(kOperationType, view.name_space, name);
  json::Object& spec = member_of(operation, "spec");
  spec["type"] = "Delete";
  spec["cluster"] = view.name;
  for (const std::string_view member : {"config", "seed", "destination", "backupName", "objectKey"}) {
    const std::string_view text = api::text_at(backup, {"spec", member});
    if (!text.empty()) spec[member] = text;
  }
  spec["backup"] = name_of(backup);
  spec["reason"] = reason;
  return operation;
}

void plan_retention(const RetentionState& state, const ClusterView& view, Plan& plan) {
  for (std::size_t i = 0; i < state.backups.size(); ++i)
    plan_reasons(*state.backups[i], state.decision.verdicts[i], plan);
  if (state.backups.empty()) return;
  std::size_t running = running_deletes(api::text_at(*state.backups.front(), {"spec", "config"}), view);
  for (const std::size_t i : state.decision.removals) {
    if (running >= kMostDeletesPerConfig) return;
    if (delete_of(*state.backups[i], view) != nullptr) continue;
    const auto& reasons = state.decision.verdicts[i].reasons;
    plan.create(kOperationType,
                delete_operation(*state.backups[i], view, reasons.empty() ? "retention" : reasons.front()));
    ++running;
  }
}

void plan_reasons_without_config(const ClusterView& view, Plan& plan) {
  std::set<std::string_view> configs;
  for (const json::Value& each : view.configs)
    configs.insert(name_of(each));
  for (const json::Value& each : view.backups) {
    if (is_going(each) || configs.contains(api::text_at(each, {"spec", "config"}))) continue;
    const bool pinned = api::flag_at(each, {"spec", "pinned"});
    const BackupState state = state_of(each);
    const bool stays = state == BackupState::good || state == BackupState::foreign;
    Verdict verdict;
    verdict.fate = stays ? Fate::keep : Fate::not_counted;
    verdict.reasons = {std::string(pinned ? "pinned" : kNoRuleRemovesIt)};
    plan_reasons(each, verdict, plan);
  }
}

std::string why_not_remove(const json::Value& backup, const ClusterView& view, Instant now) {
  if (is_in_use(backup, view)) return "a restore uses it";
  if (const auto until = lock_of(backup, now)) return "object lock until " + format_instant(*until);
  if (is_going(backup)) return "";
  if (api::flag_at(backup, {"spec", "pinned"})) return "it is pinned";
  const std::string_view config_name = api::text_at(backup, {"spec", "config"});
  const auto config = std::find_if(view.configs.begin(), view.configs.end(),
                                   [&](const json::Value& each) { return name_of(each) == config_name; });
  if (config == view.configs.end() && removes_all(view)) return "";
  if (config == view.configs.end()) return "its backup config is gone, and nobody asked for its removal";
  if (is_going(*config) && deletes_backups(*config, view)) return "";
  const auto spec = read_config(*config);
  if (!spec) return "its backup config cannot be read: " + spec.error().message;
  const RetentionState state = judge_backups(*config, *spec, view, now);
  for (std::size_t i = 0; i < state.backups.size(); ++i) {
    const Verdict& verdict = state.decision.verdicts[i];
    if (state.backups[i] != &backup && name_of(*state.backups[i]) != name_of(backup)) continue;
    if (verdict.fate == Fate::remove) return "";
    return verdict.reasons.empty() ? "it is to stay" : verdict.reasons.front();
  }
  return "it is no longer in the catalogue";
}

}  // namespace holdfast::control
