#include <algorithm>

#include <fmt/format.h>

#include "control/reconcile/conditions.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/restore.h"
#include "control/restore/decide.h"
#include "control/restore/record_json.h"
#include "control/restore/restore_objects.h"

namespace holdfast::control {
namespace {

constexpr std::size_t kLongestRestorePart = 120;
constexpr std::size_t kLongestMemberPart = 80;

// What names the backup, for whoever fetches it.
void name_backup(const RestoreObjects& objects, json::Object& spec) {
  spec["backupName"] = api::text_at(objects.restore, {"spec", "backupName"});
  set_or_erase(spec, "destination", api::text_at(objects.restore, {"spec", "destination"}));
  const json::Value* backup = backup_of_restore(objects.restore, objects.cluster);
  if (backup == nullptr) return;
  spec["backup"] = name_of(*backup);
  spec["objectKey"] = api::text_at(*backup, {"spec", "objectKey"});
  spec["destination"] = api::text_at(*backup, {"spec", "destination"});
}

json::Value new_operation(const RestoreObjects& objects, std::string_view name, std::string_view type) {
  json::Value operation = new_object(kOperationType, objects.cluster.name_space, name);
  json::Object& spec = member_of(operation, "spec");
  spec["type"] = type;
  spec["cluster"] = objects.cluster.name;
  spec["restore"] = name_of(objects.restore);
  spec["reason"] = fmt::format("restore {}", name_of(objects.restore));
  return operation;
}

std::string own_name(const RestoreObjects& objects, std::string_view what) {
  return operation_prefix(name_of(objects.restore), uid_of(objects.restore)) + std::string(what);
}

json::Value operation_of(const RestoreObjects& objects, const Order& order) {
  const std::string name = order_name(name_of(objects.restore), uid_of(objects.restore), order.member, order.number);
  json::Value operation = new_operation(objects, name, name_of(order.type));
  json::Object& spec = member_of(operation, "spec");
  spec["launcher"] = order.launcher;
  if (order.type == OrderType::stage) name_backup(objects, spec);
  if (order.not_before) spec["notBefore"] = format_instant(*order.not_before);
  json::Object details;
  details["member"] = order.member;
  details["number"] = order.number;
  // What the directories beside DATA are called after.
  details["id"] = short_hash(uid_of(objects.restore));
  set_or_erase(details, "decision", name_of(order.decision));
  if (order.type == OrderType::stage && order.target_revision != 0) details["targetRevision"] = order.target_revision;
  if (order.type == OrderType::swap) details["starts"] = order.starts;
  spec["order"] = std::move(details);
  return operation;
}

void write_hold(const RestoreObjects& objects, RestorePlan::Hold hold, Plan& plan) {
  const json::Value& before = objects.cluster.cluster;
  if (hold == RestorePlan::Hold::leave || before.is_null()) return;
  json::Value after = before;
  json::Object& spec = member_of(after, "spec");
  json::Object& annotations = member_of(member_of(after, "metadata"), "annotations");
  if (hold == RestorePlan::Hold::take) {
    // A mark that a restore left behind which is gone: what it remembers is still what was before.
    if (!annotations.contains(kPausedBeforeAnnotation)) {
      annotations[kPausedBeforeAnnotation] = api::flag_at(before, {"spec", "pause"}) ? "true" : "false";
      set_or_erase(annotations, kPauseReasonBeforeAnnotation, api::text_at(before, {"spec", "pauseReason"}));
    }
    annotations[kRestoreAnnotation] = name_of(objects.restore);
    spec["pause"] = true;
    spec["pauseReason"] = fmt::format("it is being restored by {}", name_of(objects.restore));
  } else {
    spec["pause"] = api::text_at(before, {"metadata", "annotations", kPausedBeforeAnnotation}) == "true";
    set_or_erase(spec, "pauseReason",
                 std::string(api::text_at(before, {"metadata", "annotations", kPauseReasonBeforeAnnotation})));
    for (const std::string_view name : {kRestoreAnnotation, kPausedBeforeAnnotation, kPauseReasonBeforeAnnotation})
      annotations.erase(name);
  }
  plan.update(kClusterType, before, std::move(after));
}

void write_finalizer(const RestoreObjects& objects, bool wanted, Plan& plan) {
  json::Value after = objects.restore;
  if (wanted) {
    add_finalizer(after, kRestoreFinalizer);
  } else {
    remove_finalizer(after, kRestoreFinalizer);
  }
  plan.update(kRestoreType, objects.restore, std::move(after));
}

bool can_be_undone(const RestoreRecord& record) {
  return record.outcome == Outcome::completed && !record.members.empty() &&
         std::none_of(record.members.begin(), record.members.end(),
                      [](const MemberRecord& each) { return each.forget_ordered; });
}

void write_conditions(const RestoreRecord& record, json::Object& status, Instant now, std::int64_t generation) {
  const bool over = record.step == Step::ended;
  const std::string_view reason = !over                   ? name_of(record.step)
                                  : record.reason.empty() ? name_of(record.outcome)
                                                          : std::string_view(record.reason);
  const auto put = [&](std::string_view type, bool holds, std::string_view why) {
    set_condition(status,
                  {.type = std::string(type), .holds = holds, .reason = std::string(why), .message = record.message},
                  now, generation);
  };
  put("Progressing", !over && !record.needs_help && record.step != Step::waiting, reason);
  put("Restored", over && record.outcome == Outcome::completed && !record.members.empty(), reason);
  put("Degraded", record.degraded, record.degraded ? "MembersMissing" : "Whole");
  put("Undoable", can_be_undone(record), can_be_undone(record) ? "FormerDataKept" : "NothingKept");
}

void write_status(const RestoreObjects& objects, const RestoreRecord& record, Instant now, Plan& plan) {
  json::Value after = objects.restore;
  json::Object& status = member_of(after, "status");
  write_record(record, status);
  status["observedGeneration"] = generation_of(objects.restore);
  write_conditions(record, status, now, generation_of(objects.restore));
  plan.update_status(kRestoreType, objects.restore, std::move(after));
}

void cancel_operation(const RestoreObjects& objects, std::string_view name, Plan& plan) {
  for (const json::Value& each : objects.cluster.operations) {
    if (name_of(each) != name) continue;
    json::Value after = each;
    member_of(after, "spec")["cancel"] = true;
    plan.update(kOperationType, each, std::move(after));
  }
}

void write_own_work(const RestoreObjects& objects, const RestorePlan& wanted, Plan& plan) {
  if (wanted.begin_preflight) {
    json::Value operation = new_operation(objects, own_name(objects, "preflight"), kPreflightOperation);
    name_backup(objects, member_of(operation, "spec"));
    plan.create(kOperationType, std::move(operation));
  }
  if (wanted.begin_safety_backup) {
    json::Value operation = new_operation(objects, own_name(objects, "safety"), "Backup");
    json::Object backup;
    name_backup(objects, backup);
    set_or_erase(member_of(operation, "spec"), "destination", api::text_at(json::Value(backup), {"destination"}));
    plan.create(kOperationType, std::move(operation));
  }
  if (wanted.cancel_safety_backup) cancel_operation(objects, own_name(objects, "safety"), plan);
}

}  // namespace

std::string operation_prefix(std::string_view restore, std::string_view uid) {
  return resource_name(restore.substr(0, kLongestRestorePart)) + "-" + short_hash(uid) + "-";
}

std::string order_name(std::string_view restore, std::string_view uid, std::string_view member, std::int64_t number) {
  // Two members may differ only in what a name of a resource cannot hold.
  const std::string part = resource_name(member.substr(0, kLongestMemberPart)) == member
                               ? std::string(member)
                               : resource_name(member.substr(0, kLongestMemberPart)) + "-" + short_hash(member);
  return fmt::format("{}{}-{}", operation_prefix(restore, uid), part, number);
}

void write_restore_plan(const RestoreObjects& objects, const RestorePlan& wanted, Instant now, Plan& plan) {
  if (wanted.finalizer) write_finalizer(objects, *wanted.finalizer, plan);
  write_hold(objects, wanted.hold, plan);
  if (wanted.status) write_status(objects, *wanted.status, now, plan);
  write_own_work(objects, wanted, plan);
  for (const Order& each : wanted.orders)
    plan.create(kOperationType, operation_of(objects, each));
  for (const RestorePlan::Void& each : wanted.voided) {
    cancel_operation(objects, order_name(name_of(objects.restore), uid_of(objects.restore), each.member, each.number),
                     plan);
  }
  plan.look_at(wanted.look_again);
}

std::vector<RestoreEvent> plan_restore_course(const RestoreObjects& objects, Instant now, Plan& plan) {
  if (is_left_alone(objects.restore)) return {};
  const RestorePlan wanted = decide_restore(view_of_restore(objects), now);
  write_restore_plan(objects, wanted, now, plan);
  return wanted.events;
}

}  // namespace holdfast::control
