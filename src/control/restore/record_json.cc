#include "control/restore/record_json.h"

#include <string_view>

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

std::string text(const json::Value& object, std::string_view name) {
  return std::string(api::text_at(object, {name}));
}

std::int64_t number(const json::Value& object, std::string_view name) {
  return number_at(object, {name}).value_or(0);
}

void set(json::Object& object, std::string_view name, std::int64_t value) {
  if (value == 0) {
    object.erase(name);
  } else {
    object[name] = value;
  }
}

void set(json::Object& object, std::string_view name, bool value) {
  if (value) {
    object[name] = true;
  } else {
    object.erase(name);
  }
}

std::optional<History> read_history(const json::Value& object, std::string_view name) {
  const json::Value* found = api::field_at(object, {name});
  if (found == nullptr || !found->is_object()) return std::nullopt;
  return History{
      .cluster_id = text(*found, "clusterID"), .revision = number(*found, "revision"), .hash = number(*found, "hash")};
}

void set(json::Object& object, std::string_view name, const std::optional<History>& history) {
  if (!history) {
    object.erase(name);
    return;
  }
  json::Object value;
  value["clusterID"] = history->cluster_id;
  value["revision"] = history->revision;
  value["hash"] = history->hash;
  object[name] = std::move(value);
}

MemberOrder read_order(const json::Value& object) {
  const json::Value* found = api::field_at(object, {"order"});
  if (found == nullptr) return {};
  MemberOrder order;
  order.type = order_type_named(text(*found, "type")).value_or(OrderType::none);
  order.number = number(*found, "number");
  order.under = decision_named(text(*found, "under")).value_or(Decision::none);
  order.since = time_at(*found, {"since"}).value_or(kFirstInstant);
  order.tries = number(*found, "tries");
  order.outcome = order_outcome_named(text(*found, "outcome")).value_or(OrderOutcome::open);
  order.ended = time_at(*found, {"endTime"}).value_or(kFirstInstant);
  order.message = text(*found, "message");
  return order;
}

json::Value write_order(const MemberOrder& order) {
  json::Object object;
  set_or_erase(object, "type", name_of(order.type));
  set(object, "number", order.number);
  set_or_erase(object, "under", name_of(order.under));
  object["since"] = format_instant(order.since);
  set(object, "tries", order.tries);
  set_or_erase(object, "outcome", name_of(order.outcome));
  if (order.ended != kFirstInstant) object["endTime"] = format_instant(order.ended);
  set_or_erase(object, "message", order.message);
  return object;
}

std::optional<Stopped> read_stopped(const json::Value& object) {
  const json::Value* found = api::field_at(object, {"stopped"});
  if (found == nullptr) return std::nullopt;
  return Stopped{.starts = number(*found, "starts"), .revision = number_at(*found, {"revision"})};
}

MemberRecord read_member(const json::Value& object) {
  MemberRecord member;
  member.name = text(object, "name");
  member.launcher = text(object, "launcher");
  member.host = text(object, "host");
  member.order = read_order(object);
  member.staged = read_history(object, "staged");
  member.stopped = read_stopped(object);
  member.proved = read_history(object, "proved");
  member.stop_ordered = api::flag_at(object, {"stopOrdered"});
  member.swap_ordered = api::flag_at(object, {"swapOrdered"});
  member.forget_ordered = api::flag_at(object, {"forgetOrdered"});
  member.state = member_state_named(text(object, "state")).value_or(MemberState::waiting);
  member.message = text(object, "message");
  member.percent = number(object, "percent");
  return member;
}

json::Value write_member(const MemberRecord& member) {
  json::Object object;
  object["name"] = member.name;
  set_or_erase(object, "launcher", member.launcher);
  set_or_erase(object, "host", member.host);
  object["state"] = name_of(member.state);
  set_or_erase(object, "message", member.message);
  object["percent"] = member.percent;
  object["order"] = write_order(member.order);
  set(object, "staged", member.staged);
  if (member.stopped) {
    json::Object stopped;
    stopped["starts"] = member.stopped->starts;
    if (member.stopped->revision) stopped["revision"] = *member.stopped->revision;
    object["stopped"] = std::move(stopped);
  }
  set(object, "proved", member.proved);
  set(object, "stopOrdered", member.stop_ordered);
  set(object, "swapOrdered", member.swap_ordered);
  set(object, "forgetOrdered", member.forget_ordered);
  return object;
}

void write_members(const RestoreRecord& record, json::Object& status) {
  json::Array members;
  for (const MemberRecord& each : record.members)
    members.push_back(write_member(each));
  if (members.empty()) {
    status.erase("members");
  } else {
    status["members"] = std::move(members);
  }
}

}  // namespace

RestoreRecord read_record(const json::Value& status) {
  RestoreRecord record;
  record.step = step_named(text(status, "step")).value_or(Step::waiting);
  record.decision = decision_named(text(status, "decision")).value_or(Decision::none);
  record.outcome = outcome_named(text(status, "outcome")).value_or(Outcome::none);
  record.launcher_missing = api::flag_at(status, {"launcherMissing"});
  record.started = time_at(status, {"startTime"});
  record.decided = time_at(status, {"decisionTime"});
  record.completed = time_at(status, {"restoreTime"});
  record.kept_until = time_at(status, {"keptUntil"});
  record.served_before = api::flag_at(status, {"servedBefore"});
  record.live_revision = number_at(status, {"liveRevision"});
  record.target_revision = number(status, "targetRevision");
  record.staged = read_history(status, "staged");
  record.safety_backup = text(status, "safetyBackup");
  record.safety_done = api::flag_at(status, {"safetyDone"});
  record.reason = text(status, "reason");
  record.why = text(status, "reasonMessage");
  record.degraded = api::flag_at(status, {"degraded"});
  record.needs_help = api::flag_at(status, {"needsHelp"});
  record.message = text(status, "message");
  record.percent = number(status, "percent");
  if (const json::Array* members = api::array_at(status, {"members"}); members != nullptr) {
    for (const json::Value& each : *members)
      record.members.push_back(read_member(each));
  }
  return record;
}

void write_record(const RestoreRecord& record, json::Object& status) {
  status["phase"] = phase_of(record);
  status["step"] = name_of(record.step);
  set_or_erase(status, "decision", name_of(record.decision));
  set_or_erase(status, "outcome", name_of(record.outcome));
  set(status, "launcherMissing", record.launcher_missing);
  set_or_erase(status, "startTime", record.started);
  set_or_erase(status, "decisionTime", record.decided);
  set_or_erase(status, "restoreTime", record.completed);
  set_or_erase(status, "keptUntil", record.kept_until);
  set(status, "servedBefore", record.served_before);
  status.erase("liveRevision");
  if (record.live_revision) status["liveRevision"] = *record.live_revision;
  set(status, "targetRevision", record.target_revision);
  set(status, "staged", record.staged);
  set_or_erase(status, "safetyBackup", record.safety_backup);
  set(status, "safetyDone", record.safety_done);
  set_or_erase(status, "reason", record.reason);
  set_or_erase(status, "reasonMessage", record.why);
  set(status, "degraded", record.degraded);
  set(status, "needsHelp", record.needs_help);
  set_or_erase(status, "message", record.message);
  status["percent"] = record.percent;
  write_members(record, status);
}

}  // namespace holdfast::control
