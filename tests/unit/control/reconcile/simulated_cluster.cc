#include "unit/control/reconcile/simulated_cluster.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "api/object.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

json::Value parsed(std::string_view text) {
  return json::parse(text, 1 << 20).value();
}

// Read once: a property makes hundreds of clusters.
const api::Kinds& all_kinds() {
  static const api::Kinds kinds = api::Kinds::load().value();
  return kinds;
}

}  // namespace

SimulatedCluster::SimulatedCluster(std::uint64_t seed, std::string_view start)
    : kinds_(all_kinds()), dice_(seed), now_(at(start)) {
  view.name = "prod";
  view.name_space = "cluster-prod";
  view.has_namespace = false;
  view.cluster = parsed(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"prod","uid":"c1",
      "generation":1},"spec":{"etcd":{"endpoints":["127.0.0.1:2379"]}}})");
  view.seed = parsed(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{"name":"europe",
      "namespace":"kubermatic"},"spec":{"etcdBackupRestore":{"destinations":{"disk":{"type":"local","path":"/b"},
      "other":{"type":"local","path":"/o"}}}}})");
}

std::string SimulatedCluster::new_uid() {
  return fmt::format("{:08}-uid", ++uids_);
}

std::vector<json::Value>* SimulatedCluster::list_of(TypeName type) {
  if (type.kind == kConfigType.kind) return &view.configs;
  if (type.kind == kOperationType.kind) return &view.operations;
  if (type.kind == kBackupType.kind) return &view.backups;
  if (type.kind == kRestoreType.kind) return &view.restores;
  return nullptr;
}

json::Value* SimulatedCluster::find(TypeName type, std::string_view name) {
  if (type.kind == kClusterType.kind) return &view.cluster;
  for (json::Value& each : *list_of(type)) {
    if (name_of(each) == name) return &each;
  }
  return nullptr;
}

json::Value& SimulatedCluster::add_config(const std::string& name, std::string_view spec) {
  json::Value config = new_object(kConfigType, view.name_space, name);
  config.get_object()["spec"] = parsed(spec);
  member_of(member_of(config, "spec"), "cluster")["name"] = view.name;
  create(kConfigType, std::move(config));
  return view.configs.back();
}

json::Value& SimulatedCluster::add_operation(const std::string& name, std::string_view spec) {
  json::Value operation = new_object(kOperationType, view.name_space, name);
  operation.get_object()["spec"] = parsed(spec);
  create(kOperationType, std::move(operation));
  advance(kAskedWithin);  // no backup begins in the second in which it was asked for
  return view.operations.back();
}

json::Value* SimulatedCluster::config(std::string_view name) {
  return find(kConfigType, name);
}

void SimulatedCluster::ask_to_delete(TypeName type, std::string_view name) {
  json::Value* object = find(type, name);
  ASSERT_NE(object, nullptr) << type.kind << " " << name;
  const json::Array* finalizers = api::array_at(*object, {"metadata", "finalizers"});
  if (finalizers != nullptr && !finalizers->empty()) {
    if (!is_going(*object)) member_of(*object, "metadata")["deletionTimestamp"] = format_instant(now_);
    return;
  }
  std::erase_if(*list_of(type), [&](const json::Value& each) { return name_of(each) == name; });
}

std::vector<json::Value*> SimulatedCluster::operations(std::string_view type) {
  std::vector<json::Value*> found;
  for (json::Value& each : view.operations) {
    if (is_operation(each, type)) found.push_back(&each);
  }
  return found;
}

void SimulatedCluster::create(TypeName type, json::Value object) {
  if (type.kind == kNamespaceType.kind) {
    view.has_namespace = true;
    return;
  }
  if (find(type, name_of(object)) != nullptr) return;
  const api::Kind& kind = *kinds_.find_kind(type.api_version, type.kind);
  auto decoded = api::decode_value(kind, object);
  if (!decoded || !decoded->unknown_fields.empty()) complaints.push_back("unknown fields: " + json::to_string(object));
  json::Object& metadata = member_of(object, "metadata");
  metadata["uid"] = new_uid();
  metadata["creationTimestamp"] = format_instant(now_);
  metadata["generation"] = 1;
  api::apply_defaults(kind, object);
  for (const api::Cause& cause : api::validate(kind, object))
    complaints.push_back(fmt::format("{}: {}", cause.field, cause.message));
  if (type.kind == kOperationType.kind && is_operation(object, "Backup")) made.push_back(object);
  list_of(type)->push_back(std::move(object));
}

void SimulatedCluster::replace(TypeName type, const json::Value& object, bool status) {
  json::Value* old = find(type, name_of(object));
  if (old == nullptr) return;
  const api::Kind& kind = *kinds_.find_kind(type.api_version, type.kind);
  for (const api::Cause& cause : api::validate(kind, object))
    complaints.push_back(fmt::format("{}: {}", cause.field, cause.message));
  json::Value after = status ? *old : object;
  if (status) after.get_object()["status"] = object.at("status");
  const json::Value* kept = api::field_at(*old, {"status"});
  if (!status && kept != nullptr) after.get_object()["status"] = *kept;
  const json::Array* finalizers = api::array_at(after, {"metadata", "finalizers"});
  const bool gone = is_going(after) && (finalizers == nullptr || finalizers->empty());
  const std::string name(name_of(after));
  *old = std::move(after);
  if (!gone) return;
  if (type.kind == kClusterType.kind) {
    view.cluster = nullptr;
  } else {
    std::erase_if(*list_of(type), [&](const json::Value& each) { return name_of(each) == name; });
  }
}

// False when it crashed on the way.
bool SimulatedCluster::apply(const Plan& plan) {
  std::set<std::pair<std::string, std::string>> changed;
  for (const Action& action : plan.actions) {
    const std::pair<std::string, std::string> id(action.type.kind, name_of(action.object));
    const bool is_change = action.what == Action::What::update || action.what == Action::What::update_status;
    // The second change would meet a resource that is newer than what it was based on.
    if (is_change && !changed.insert(id).second) return false;
    switch (action.what) {
      case Action::What::create:
        create(action.type, action.object);
        break;
      case Action::What::update:
        replace(action.type, action.object, false);
        break;
      case Action::What::update_status:
        replace(action.type, action.object, true);
        break;
      case Action::What::remove:
        if (find(action.type, name_of(action.object)) != nullptr) ask_to_delete(action.type, name_of(action.object));
        break;
    }
    if (crash()) return false;
  }
  return true;
}

void SimulatedCluster::reconcile() {
  for (int rounds = 0; rounds < 200; ++rounds) {
    const Plan plan = reconcile_cluster(view, now_);
    look_again_ = plan.look_again;
    if (look_again_ && *look_again_ <= now_) complaints.push_back("asked to be looked at again in the past");
    if (plan.actions.empty()) return;
    apply(plan);
  }
  complaints.push_back("the decisions do not come to rest");
}

void SimulatedCluster::begin(json::Value& operation) {
  json::Object& status = member_of(operation, "status");
  if (phase_of(operation) != "Running") status["attempt"] = number_at(operation, {"status", "attempt"}).value_or(0) + 1;
  status["phase"] = "Running";
  status["startTime"] = format_instant(now_);
  status.erase("nextAttemptTime");
}

void SimulatedCluster::back_up(json::Value& operation) {
  const json::Value* of = config(api::text_at(operation, {"spec", "config"}));
  const auto target = backup_target(operation, of == nullptr ? json::Value() : *of, view.seed);
  if (!target) {
    complaints.push_back(target.error().to_string());
    return;
  }
  if (destination.insert(target->object_key).second)
    stored[target->object_key].push_back({.config_uid = std::string(api::text_at(operation, {"spec", "configUID"})),
                                          .slot = time_at(operation, {"spec", "scheduledTime"}),
                                          .reason = std::string(api::text_at(operation, {"spec", "reason"}))});
  json::Value backup = new_object(kBackupType, view.name_space, target->base_name);
  json::Object& spec = member_of(backup, "spec");
  spec["cluster"] = view.name;
  set_or_erase(spec, "config", api::text_at(operation, {"spec", "config"}));
  spec["seed"] = name_of(view.seed);
  spec["destination"] = target->destination;
  spec["backupName"] = target->backup_name;
  spec["objectKey"] = target->object_key;
  add_finalizer(backup, kStoredObjectFinalizer);
  create(kBackupType, backup);
  json::Object& status = member_of(*find(kBackupType, target->base_name), "status");
  status["phase"] = "Completed";
  status["sequence"] = ++sequence_;
  set_or_erase(status, "scheduledTime", target->slot);
  set_or_erase(status, "takenTime", now_);
  set_or_erase(status, "finishedTime", now_);
  member_of(member_of(operation, "status"), "result")["backup"] = target->base_name;
}

void SimulatedCluster::complain_if_newest_good(const json::Value& backup) {
  if (is_going(backup)) return;
  const json::Value* of = config(api::text_at(backup, {"spec", "config"}));
  if (of == nullptr || is_going(*of)) return;
  for (const json::Value& each : view.backups) {
    const bool newer =
        is_good(each) && time_at(each, {"status", "scheduledTime"}) > time_at(backup, {"status", "scheduledTime"});
    if (newer && api::text_at(each, {"spec", "config"}) == name_of(*of)) return;
  }
  complaints.push_back(fmt::format("the newest good backup {} was deleted", name_of(backup)));
}

void SimulatedCluster::remove_backup(json::Value& operation) {
  const json::Value* backup = find(kBackupType, api::text_at(operation, {"spec", "backup"}));
  if (backup == nullptr) return;
  if (!why_not_remove(*backup, view, now_).empty()) {
    member_of(operation, "status")["phase"] = "Cancelled";
    return;
  }
  complain_if_newest_good(*backup);
  destination.erase(std::string(api::text_at(*backup, {"spec", "objectKey"})));
  const std::string name(name_of(*backup));
  std::erase_if(view.backups, [&](const json::Value& each) { return name_of(each) == name; });
}

void SimulatedCluster::succeed(json::Value& operation) {
  member_of(operation, "status")["phase"] = "Completed";
  if (is_operation(operation, "Backup")) back_up(operation);
  if (is_operation(operation, "Delete")) remove_backup(operation);
  member_of(operation, "status")["finishTime"] = format_instant(now_);
}

bool SimulatedCluster::step(json::Value& operation) {
  json::Object& status = member_of(operation, "status");
  const std::int64_t attempt = number_at(operation, {"status", "attempt"}).value_or(1);
  switch (fate(operation)) {
    case Step::wait:
      return false;
    case Step::succeed:
      succeed(operation);
      return true;
    case Step::crash: {
      // What was stored is there; that it was is not known.
      const bool was_stored = is_operation(operation, "Backup") && dice_() % 2 == 0;
      if (was_stored) back_up(operation);
      status.erase("result");
      return was_stored;
    }
    case Step::fail_once:
      if (attempt < most_attempts(operation)) {
        status["phase"] = "Pending";
        status["message"] = "connection reset";
        status["nextAttemptTime"] = format_instant(now_ + attempt_back_off(attempt));
        return true;
      }
      break;
    case Step::fail_for_good:
      break;
  }
  status["phase"] = "Failed";
  status["message"] = "no such bucket";
  status["finishTime"] = format_instant(now_);
  return true;
}

bool SimulatedCluster::work() {
  bool busy = false;
  bool moved = false;
  for (std::size_t i = 0; i < view.operations.size(); ++i) {
    if (phase_of(view.operations[i]) != "Running") continue;
    busy = busy || is_operation(view.operations[i], "Backup");
    moved = step(view.operations[i]) || moved;
  }
  for (json::Value& each : view.operations) {
    if (phase_of(each) != "Pending" || start_time(each, now_) > now_) continue;
    const bool is_backup = is_operation(each, "Backup");
    if (is_backup && std::exchange(busy, true)) continue;
    begin(each);
    moved = true;
  }
  return moved;
}

void SimulatedCluster::settle() {
  for (int rounds = 0; rounds < 400; ++rounds) {
    reconcile();
    if (!work()) return;
  }
  complaints.push_back("it does not settle");
}

void SimulatedCluster::run_until(Instant end) {
  while (now_ < end) {
    settle();
    Instant next = std::min(end, look_again_.value_or(end));
    for (const json::Value& each : view.operations) {
      const auto again = time_at(each, {"status", "nextAttemptTime"});
      if (again && *again > now_) next = std::min(next, *again);
      if (!has_ended(each)) next = std::min(next, now_ + Seconds(30));
    }
    now_ = std::max(next, now_ + Seconds(1));
  }
  settle();
}

}  // namespace holdfast::control
