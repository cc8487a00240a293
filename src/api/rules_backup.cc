// Rules of what lies in the namespace of a cluster: backup configs, restores, operations, backups.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/causes.h"
#include "api/rule_check.h"

namespace holdfast::api {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// An object may speak of the cluster of its own namespace only: whoever may write in one namespace must not reach
// another cluster's etcd or backups through it.
void check_own_cluster(RuleCheck& check, const std::string& path, std::string_view named) {
  const std::string_view own = cluster_of_namespace(check.name_space());
  if (own.empty()) {
    check.refuse(causes::invalid("metadata.namespace", json::Value(check.name_space()),
                                 fmt::format("must be \"{}\", the namespace of the cluster",
                                             cluster_namespace(named.empty() ? "NAME" : named))));
  } else if (named.empty()) {
    check.refuse(causes::required(path, fmt::format("\"{}\", the cluster of the namespace", own)));
  } else if (named != own) {
    check.refuse(
        causes::invalid(path, json::Value(named),
                        fmt::format("must be \"{}\", the cluster of the namespace \"{}\"", own, check.name_space())));
  }
}

void check_cluster_reference(RuleCheck& check) {
  const std::string_view kind = check.text({"spec", "cluster", "kind"});
  if (!kind.empty() && kind != "Cluster")
    check.refuse(causes::not_supported("spec.cluster.kind", json::Value(kind), {"\"Cluster\""}));
  check_own_cluster(check, "spec.cluster.name", check.text({"spec", "cluster", "name"}));
}

// Why a cluster has none.
std::string no_seed(const json::Value& cluster, const std::vector<json::Value>& seeds) {
  const std::string_view named = text_at(cluster, {"spec", "seed"});
  if (named.empty())
    return "no Seed is found; make one with a destination: holdfast destination add SEED NAME --path DIR --default";
  const std::string_view name = text_at(cluster, {"metadata", "name"});
  std::vector<std::string_view> others;
  for (const json::Value& each : seeds)
    others.push_back(text_at(each, {"metadata", "name"}));
  const std::string known = others.empty() ? "" : fmt::format(" (there is {})", fmt::join(others, ", "));
  return fmt::format(
      "spec.seed of the cluster {} names the Seed {}, and there is none of that name{}; make it again, or change "
      "spec.seed: holdfast edit cluster {}",
      name, named, known, name);
}

Cause unknown_destination(std::string_view name, const json::Value& seed) {
  const std::vector<std::string> known = destination_names(seed);
  const std::string_view seed_name = text_at(seed, {"metadata", "name"});
  if (known.empty())
    return causes::not_found("spec.destination", name, fmt::format("Seed {} has no destinations", seed_name));
  return causes::not_found("spec.destination", name,
                           fmt::format("the destinations of Seed {} are {}", seed_name, fmt::join(known, ", ")));
}

std::string no_default(std::string_view seed) {
  return fmt::format(
      "there is no default destination; name one, or make one: holdfast destination add {} NAME --path DIR --default",
      seed);
}

// With no Seed there is no destination at all, whatever is asked for.
Cause no_seed_for(std::string_view destination, const std::string& why) {
  if (!destination.empty()) return causes::not_found("spec.destination", destination, why);
  return causes::required("spec.destination", why);
}

// The destination is one of the Seed that the namespace's cluster belongs to. A cluster that is not there yet is taken
// for one that says nothing about its Seed.
Status check_destination(RuleCheck& check, bool may_be_default) {
  const std::string_view name = check.text({"spec", "destination"});
  HF_ASSIGN(const std::vector<json::Value> seeds, check.objects().list("Seed"));
  HF_ASSIGN(const std::optional<json::Value> cluster,
            check.objects().get("Cluster", "", cluster_of_namespace(check.name_space())));
  const json::Value known_cluster = cluster ? *cluster : json::Value();
  const json::Value* seed = seed_of(known_cluster, seeds);
  if (seed == nullptr) {
    if (!name.empty() || may_be_default) check.refuse(no_seed_for(name, no_seed(known_cluster, seeds)));
    return {};
  }
  if (name.empty()) {
    const bool has_default = !text_at(*seed, {"spec", "etcdBackupRestore", "defaultDestination"}).empty();
    if (may_be_default && !has_default)
      check.refuse(causes::required("spec.destination", no_default(text_at(*seed, {"metadata", "name"}))));
    return {};
  }
  const std::vector<std::string> known = destination_names(*seed);
  if (std::find(known.begin(), known.end(), name) == known.end()) check.refuse(unknown_destination(name, *seed));
  return {};
}

void check_config_name(RuleCheck& check) {
  if (!check.is_new() || !check.hooks().check_name) return;
  const std::string_view name = check.text({"metadata", "name"});
  const std::string complaint = check.hooks().check_name(cluster_of_namespace(check.name_space()), name);
  if (!complaint.empty()) check.refuse(causes::invalid("metadata.name", json::Value(name), complaint));
}

void check_schedule(RuleCheck& check) {
  const std::string_view schedule = check.text({"spec", "schedule"});
  if (schedule.empty() || !check.changed({"spec", "schedule"}) || !check.hooks().check_schedule) return;
  const std::string complaint = check.hooks().check_schedule(schedule);
  if (!complaint.empty()) check.refuse(causes::invalid("spec.schedule", json::Value(schedule), complaint));
}

void check_retention(RuleCheck& check) {
  const json::Object* spec = object_at(check.object(), {"spec"});
  if (spec == nullptr || !check.changed({"spec"})) return;
  if (check.hooks().check_retention) {
    for (Cause& cause : check.hooks().check_retention(*spec))
      check.refuse(std::move(cause));
  }
  const json::Value* keep = field_at(check.object(), {"spec", "keep"});
  if (keep == nullptr || !keep->is_int64()) return;
  const std::int64_t used = std::clamp<std::int64_t>(keep->get_int64(), 1, 50);
  if (used != keep->get_int64()) check.warn(fmt::format("spec.keep: {} counts as {}", keep->get_int64(), used));
}

// Everything of the spec but these members stays as it was made.
void check_fixed_spec(RuleCheck& check, std::initializer_list<std::string_view> free) {
  if (check.is_new()) return;
  json::Object was;
  json::Object is;
  if (const json::Object* spec = object_at(*check.before(), {"spec"})) was = *spec;
  if (const json::Object* spec = object_at(check.object(), {"spec"})) is = *spec;
  for (const std::string_view name : free) {
    was.erase(name);
    is.erase(name);
  }
  for (const auto& member : was) {
    if (!is.contains(member.key()))
      check.refuse(causes::forbidden("spec." + std::string(member.key()), "field is immutable"));
  }
  for (const auto& member : is) {
    const json::Value* old = was.if_contains(member.key());
    if (old == nullptr || *old != member.value())
      check.refuse(causes::immutable("spec." + std::string(member.key()), member.value()));
  }
}

// What the members are building is not to change below them; what was called off or back stays so.
void check_course_of_restore(RuleCheck& check) {
  if (check.is_new()) return;
  for (const std::string_view name : {"cancel", "undo"}) {
    if (flag_at(*check.before(), {"spec", name}) && !flag_at(check.object(), {"spec", name}))
      check.refuse(causes::forbidden("spec." + std::string(name), "cannot be taken back"));
  }
  const std::string_view step = text_at(*check.before(), {"status", "step"});
  if (!step.empty() && step != "Waiting") check_fixed_spec(check, {"name", "cancel", "undo"});
}

// A destination that is tried or listed by hand; asked for beside its Seed, where only administrators write.
Status check_destination_work(RuleCheck& check) {
  const std::string_view name = check.text({"spec", "seed"});
  HF_ASSIGN(const std::optional<json::Value> seed, check.objects().get("Seed", check.name_space(), name));
  if (!seed) {
    check.refuse(causes::not_found("spec.seed", name));
    return {};
  }
  const std::string_view destination = check.text({"spec", "destination"});
  if (field_at(*seed, {"spec", "etcdBackupRestore", "destinations", destination}) == nullptr)
    check.refuse(unknown_destination(destination, *seed));
  return {};
}

// What is to be done stays as it was asked for; that it is not wanted any more can be said once, and not taken back. A
// removal has begun with what a user said to the Backup, and how a destination is looked at is the server's affair.
void check_cancellation(RuleCheck& check) {
  const bool was = !check.is_new() && flag_at(*check.before(), {"spec", "cancel"});
  if (was) return check_fixed_spec(check, {});
  check_fixed_spec(check, {"cancel"});
  const std::string_view type = check.text({"spec", "type"});
  if (flag_at(check.object(), {"spec", "cancel"}) && type != "Backup" && type != "Verify")
    check.refuse(causes::forbidden("spec.cancel", fmt::format("operations of type {} are not cancelled", type)));
}

// The namespace of a cluster that is gone may be there still, with its backups.
Result<bool> check_cluster_exists(RuleCheck& check) {
  const std::string_view own = cluster_of_namespace(check.name_space());
  if (own.empty()) return true;  // which is refused already
  HF_ASSIGN(const std::optional<json::Value> cluster, check.objects().get("Cluster", "", own));
  if (cluster) return true;
  check.refuse(causes::not_found(
      "spec.cluster", own,
      fmt::format("there is no cluster {}, only what is left of it; \"kubectl get clusters\" lists those there are",
                  own)));
  return false;
}

}  // namespace

Status check_backup_config(RuleCheck& check) {
  check_config_name(check);
  HF_TRY(check_keys_of_config(check));
  if (check.changed({"spec", "cluster"})) check_cluster_reference(check);
  check_schedule(check);
  check_retention(check);
  if (check.changed({"spec", "spread"}))
    check_duration(check, "spec.spread", check.text({"spec", "spread"}), seconds(1), hours(24));
  if (check.changed({"spec", "destination"})) HF_TRY(check_destination(check, true));
  return {};
}

Status check_restore(RuleCheck& check) {
  if (check.changed({"spec", "gracePeriod"}))
    check_duration(check, "spec.gracePeriod", check.text({"spec", "gracePeriod"}), seconds(0), hours(24 * 365));
  check_course_of_restore(check);
  if (check.changed({"spec", "cluster"})) check_cluster_reference(check);
  if (check.changed({"spec", "destination"})) HF_TRY(check_destination(check, false));
  return {};
}

Status check_operation(RuleCheck& check) {
  check_cancellation(check);
  if (!check.is_new() || check.by_server()) return {};
  // What a user asks for by hand: where it may reach is decided by names the server checks, never by keys of objects.
  const std::string_view type = check.text({"spec", "type"});
  const bool of_destination = type == "Probe" || type == "Inventory";
  if (type != "Backup" && type != "Verify" && !of_destination)
    check.refuse(causes::forbidden("spec.type", fmt::format("operations of type {} are made by the server", type)));
  for (const std::string_view name : {"objectKey", "seed", "configUID", "scheduledTime", "launcher", "restore"}) {
    const bool wanted = of_destination && name == "seed";
    if (!wanted && field_at(check.object(), {"spec", name}) != nullptr)
      check.refuse(causes::forbidden("spec." + std::string(name), "is set by the server"));
  }
  if (of_destination) return check_destination_work(check);
  check_own_cluster(check, "spec.cluster", check.text({"spec", "cluster"}));
  if (type == "Verify" && check.text({"spec", "backup"}).empty())
    check.refuse(causes::required("spec.backup", "the Backup to verify"));
  if (type != "Backup") return {};
  HF_ASSIGN(const bool has_cluster, check_cluster_exists(check));
  if (!has_cluster) return {};
  const std::string_view config = check.text({"spec", "config"});
  if (config.empty()) return check_destination(check, true);
  HF_ASSIGN(const std::optional<json::Value> found,
            check.objects().get("EtcdBackupConfig", check.name_space(), config));
  if (!found)
    check.refuse(causes::not_found(
        "spec.config", config,
        fmt::format("\"holdfast schedule list {}\" shows what there is", cluster_of_namespace(check.name_space()))));
  return {};
}

Status check_backup(RuleCheck& check) {
  if (check.by_server()) return {};
  if (check.is_new())
    check.refuse(causes::forbidden("spec", "the server makes Backups from what lies in the destinations"));
  check_fixed_spec(check, {"pinned", "pinReason"});
  // What was asked for cannot be taken back, so nobody is to believe that it was.
  const bool going = !check.text({"metadata", "deletionTimestamp"}).empty();
  if (going && check.changed({"spec", "pinned"}) && flag_at(check.object(), {"spec", "pinned"}))
    check.refuse(causes::forbidden("spec.pinned",
                                   "its deletion was asked for and is under way; download it if it is still needed"));
  return {};
}

}  // namespace holdfast::api
