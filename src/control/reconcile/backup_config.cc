#include "control/reconcile/backup_config.h"

#include <algorithm>

#include "control/reconcile/backup_target.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/config_spec.h"
#include "control/reconcile/default_config.h"
#include "control/reconcile/entries.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/own_container.h"
#include "control/reconcile/retention_plan.h"
#include "control/schedule/slot.h"

namespace holdfast::control {
namespace {

struct Obstacle {
  std::string reason;  // empty: none
  std::string message;
};

bool has_endpoints(const json::Value& cluster) {
  const json::Array* endpoints = api::array_at(cluster, {"spec", "etcd", "endpoints"});
  return endpoints != nullptr && !endpoints->empty();
}

// `keep` counts when it is set, and by its default when no other rule is.
bool counts_keep(const RetentionPolicy& policy) {
  return policy.keep || !(policy.keep_last || policy.keep_hourly || policy.keep_daily || policy.keep_weekly ||
                          policy.keep_monthly || policy.keep_yearly || policy.keep_within);
}

class ConfigPlanner {
 public:
  ConfigPlanner(const json::Value& config, const ClusterView& view, Instant now, Plan& plan)
      : config_(config),
        view_(view),
        now_(now),
        plan_(plan),
        after_(config),
        entries_(collect_entries(config, view, now)) {}

  void run() {
    const auto spec = read_config(config_);
    if (!spec) {
      set_scheduling({.reason = "InvalidSchedule", .message = spec.error().to_string()});
      return finish();
    }
    const RetentionState state = judge_backups(config_, *spec, view_, now_);
    const std::size_t planned = plan_.actions.size();
    plan_retention(state, view_, plan_);
    take_reasons(planned);
    describe(*spec, state);
    describe_container(status(), view_.configuration, destination_of(view_.seed, destination_name(config_, view_.seed)),
                       now_, generation_of(config_));
    Obstacle obstacle = obstacle_of(*spec, state);
    schedule(*spec, obstacle);
    finish();
  }

 private:
  json::Object& status() { return member_of(after_, "status"); }

  std::string why_suspended() const {
    if (!is_suspended_by_us(config_)) return "spec.suspend is true";
    return view_.seed.is_null()
               ? std::string("the server suspended it: no Seed is found for the cluster")
               : fmt::format("the server suspended it: Seed {} has no default destination", name_of(view_.seed));
  }

  Obstacle obstacle_of(const ConfigSpec& spec, const RetentionState& state) const {
    if (spec.suspended) return {.reason = "Suspended", .message = why_suspended()};
    if (view_.cluster.is_null())
      return {.reason = "NoCluster", .message = fmt::format("there is no Cluster {}", view_.name)};
    if (is_going(view_.cluster)) return {.reason = "ClusterDeleted", .message = "the cluster is being deleted"};
    if (api::flag_at(view_.cluster, {"spec", "pause"}))
      return {.reason = "Paused", .message = "spec.pause of the Cluster is true"};
    if (!has_endpoints(view_.cluster))
      return {.reason = "NoEndpoints", .message = "the Cluster does not say in spec.etcd.endpoints where its etcd is"};
    if (const std::string_view name = destination_name(config_, view_.seed);
        destination_of(view_.seed, name) == nullptr)
      return {.reason = "NoDestination",
              .message = view_.seed.is_null() ? std::string("no Seed is found for the cluster")
                         : name.empty()       ? std::string("there is no default destination")
                                        : fmt::format("Seed {} has no destination {}", name_of(view_.seed), name)};
    if (removal_lags(state, spec.policy))
      return {.reason = "TooManyBackups",
              .message = "too many old backups wait for their removal; no new ones are made"};
    return {};
  }

  void set_scheduling(const Obstacle& obstacle) {
    set_condition(status(),
                  {.type = "SchedulingActive",
                   .holds = obstacle.reason.empty(),
                   .reason = obstacle.reason.empty() ? "Scheduled" : obstacle.reason,
                   .message = obstacle.message},
                  now_, generation_of(config_));
  }

  void schedule(const ConfigSpec& spec, const Obstacle& obstacle) {
    const std::vector<Instant> known = known_slots(config_, view_);
    SlotState slots;
    slots.schedule = spec.schedule ? &*spec.schedule : nullptr;
    slots.created = created(config_).value_or(now_);
    slots.known_slots = known;
    slots.suspended = !obstacle.reason.empty();
    slots.start_offset = spec.start_offset;
    const SlotDecision decision = next_slot(slots, now_);
    set_scheduling(obstacle);
    status().erase("nextRunTime");
    if (decision.upcoming && obstacle.reason.empty()) status()["nextRunTime"] = format_instant(*decision.upcoming);
    plan_.look_at(decision.look_again);
    std::optional<Instant> last;
    for (const Instant each : known)
      last = std::max(last.value_or(each), each);
    if (decision.due) {
      take_slot(spec, *decision.due);
      last = std::max(last.value_or(decision.due->slot), decision.due->slot);
    }
    set_or_erase(status(), "lastScheduleTime", last);
  }

  void take_slot(const ConfigSpec& spec, const DueSlot& due) {
    const std::string base = base_name(spec, due.slot);
    const json::Value* busy = busy_operation();
    if (busy != nullptr && spec.schedule) {
      std::string why = fmt::format("the backup before it, {}, had not ended", name_of(*busy));
      if (due.first_missed) why += fmt::format("; so were the slots since {}", format_instant(*due.first_missed));
      entries_.push_back(skipped_entry(base, due.slot, why, now_));
      return;
    }
    json::Value operation = new_object(kOperationType, view_.name_space, backup_operation_name(config_, base));
    const json::Value* destination = destination_of(view_.seed, destination_name(config_, view_.seed));
    const std::string name = base + suffix_of_destination(*destination);
    member_of(operation, "spec") = json::Object{{"type", "Backup"},
                                                {"cluster", view_.name},
                                                {"config", spec.name},
                                                {"configUID", uid_of(config_)},
                                                {"seed", name_of(view_.seed)},
                                                {"destination", destination_name(config_, view_.seed)},
                                                {"backupName", name},
                                                {"objectKey", backup_key(view_.name, name)},
                                                {"scheduledTime", format_instant(due.slot)},
                                                {"reason", reason_of(spec, due)}};
    entries_.push_back(pending_entry(operation));
    plan_.create(kOperationType, std::move(operation));
  }

  // A one-time backup has the config's name alone, unless a backup of that name is there from a config before it.
  std::string base_name(const ConfigSpec& spec, Instant slot) const {
    if (spec.schedule) return backup_base_name(spec.name, slot);
    const bool taken = std::any_of(view_.backups.begin(), view_.backups.end(), [&](const json::Value& each) {
      const auto parsed = parse_backup_name(api::text_at(each, {"spec", "backupName"}));
      return parsed && parsed->config == spec.name && !parsed->slot;
    });
    return taken ? backup_base_name(spec.name, slot) : backup_base_name(spec.name, std::nullopt);
  }

  static std::string reason_of(const ConfigSpec& spec, const DueSlot& due) {
    if (!spec.schedule) return "one-time backup";
    if (!due.first_missed) return "schedule";
    return fmt::format("schedule; makes up for the slots missed since {}", format_instant(*due.first_missed));
  }

  // The backup of an earlier slot that has not ended.
  const json::Value* busy_operation() const {
    for (const json::Value* each : backup_operations(config_, view_)) {
      if (!has_ended(*each) && time_at(*each, {"spec", "scheduledTime"})) return each;
    }
    return nullptr;
  }

  // What is about to be written into Backups, by the actions from `first` on, is in our entries at once: otherwise they
  // would be looked at and written once more for it.
  void take_reasons(std::size_t first) {
    for (std::size_t i = first; i < plan_.actions.size(); ++i) {
      const Action& action = plan_.actions[i];
      if (action.what != Action::What::update_status || action.type.kind != kBackupType.kind) continue;
      const std::string_view key = api::text_at(action.object, {"spec", "objectKey"});
      const json::Value* reasons = api::field_at(action.object, {"status", "keptBecause"});
      for (json::Value& each : entries_) {
        if (key.empty() || api::text_at(each, {"objectKey"}) != key) continue;
        each.get_object().erase("keptBecause");
        if (reasons != nullptr) each.get_object()["keptBecause"] = *reasons;
      }
    }
  }

  void describe(const ConfigSpec& spec, const RetentionState& state) {
    json::Object& to = status();
    to["goodBackups"] = static_cast<std::int64_t>(state.good);
    to["storedBytes"] = static_cast<std::int64_t>(state.stored_bytes);
    to["spreadSeconds"] = std::int64_t{spec.start_offset.count()};
    to.erase("effectiveKeep");
    if (spec.schedule && counts_keep(spec.policy)) to["effectiveKeep"] = effective_keep(spec.policy.keep);
    set_or_erase(to, "destination", destination_name(config_, view_.seed));
    to["cleanupRunning"] = running_deletes(spec.name, view_) > 0;
  }

  // What ended last, and when.
  void describe_last() {
    std::string_view ended, succeeded;
    const json::Value* last = nullptr;
    for (const json::Value& each : entries_) {
      const std::string_view time = api::text_at(each, {"backupFinishedTime"});
      const std::string_view phase = api::text_at(each, {"backupPhase"});
      if (phase == "Completed") succeeded = std::max(succeeded, time);
      if (time.empty() || time < ended) continue;
      ended = time;
      last = &each;
    }
    json::Object& to = status();
    if (!succeeded.empty()) to["lastSuccessTime"] = succeeded;
    if (last == nullptr) return;
    const std::string_view phase = api::text_at(*last, {"backupPhase"});
    const std::string_view message = api::text_at(*last, {"backupMessage"});
    to["lastBackupTime"] = ended;
    to["lastResult"] = phase;
    set_or_erase(to, "lastMessage", message);
    if (phase == "Skipped") return;
    set_condition(to,
                  {.type = "BackupSucceeded",
                   .holds = phase == "Completed",
                   .reason = std::string(phase),
                   .message = std::string(message)},
                  now_, generation_of(config_));
  }

  void finish() {
    describe_last();
    tidy_entries(entries_);
    json::Array list(entries_.begin(), entries_.end());
    status()["currentBackups"] = list;
    status()["lastBackups"] = std::move(list);
    status()["observedGeneration"] = generation_of(config_);
    plan_.update_status(kConfigType, config_, std::move(after_));
  }

  const json::Value& config_;
  const ClusterView& view_;
  const Instant now_;
  Plan& plan_;
  json::Value after_;
  std::vector<json::Value> entries_;
};

}  // namespace

void plan_config(const json::Value& config, const ClusterView& view, Instant now, Plan& plan) {
  ConfigPlanner(config, view, now, plan).run();
}

}  // namespace holdfast::control
