#include "server/monitor/object_facts.h"

#include <algorithm>
#include <array>

#include "api/fields.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/objects.h"

namespace holdfast::server {
namespace {

constexpr std::array<std::string_view, kBackupPhases> kPhases{"Completed", "Unverified", "Missing", "Damaged",
                                                              "Deleting",  "Orphaned",   "Other"};

Seconds seconds_at(const json::Value& object, api::FieldNames names) {
  const auto time = control::time_at(object, names);
  return time ? time->time_since_epoch().count() : 0;
}

std::optional<std::uint64_t> size_at(const json::Value& object, api::FieldNames names) {
  const auto number = control::number_at(object, names);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

DestinationFacts destination_facts(const json::Value& seed, std::string_view name) {
  DestinationFacts facts{.name = std::string(name)};
  const json::Array* known = api::array_at(seed, {"status", "destinations"});
  if (known == nullptr) return facts;
  for (const json::Value& each : *known) {
    if (api::text_at(each, {"name"}) != name) continue;
    facts.usable = api::flag_at(each, {"usable"});
    facts.orphans = size_at(each, {"orphans"}).value_or(0);
  }
  return facts;
}

}  // namespace

std::string_view phase_name(BackupPhase phase) {
  return kPhases.at(static_cast<std::size_t>(phase));
}

ClusterFacts cluster_facts(const json::Value& cluster) {
  ClusterFacts facts{.is_protected = control::condition_holds(cluster, "Protected"),
                     .seed = std::string(api::text_at(cluster, {"spec", "seed"})),
                     .etcd_healthy = {},
                     .db_size = size_at(cluster, {"status", "etcd", "dbSizeBytes"}),
                     .quota = size_at(cluster, {"status", "etcd", "quotaBytes"})};
  const std::string_view health = api::text_at(cluster, {"status", "extendedHealth", "etcd"});
  if (!health.empty()) facts.etcd_healthy = health == "HealthStatusUp";
  return facts;
}

BackupFacts backup_facts(const json::Value& backup) {
  BackupFacts facts;
  const auto phase = std::find(kPhases.begin(), kPhases.end(), api::text_at(backup, {"status", "phase"}));
  facts.phase = static_cast<BackupPhase>(std::min<std::ptrdiff_t>(phase - kPhases.begin(), kBackupPhases - 1));
  facts.stored = seconds_at(backup, {"status", "finishedTime"});
  if (facts.stored == 0) facts.stored = seconds_at(backup, {"status", "takenTime"});
  facts.size = size_at(backup, {"status", "sizeBytes"}).value_or(0);
  const auto stored = size_at(backup, {"status", "storedBytes"});
  facts.stored_bytes = stored.value_or(0);
  facts.empty = stored == 0U;
  if (const json::Value* took = api::field_at(backup, {"status", "durationSeconds"}); took && took->is_number())
    facts.seconds = took->to_number<float>();
  return facts;
}

ConfigFacts config_facts(const json::Value& config) {
  return {.name = std::string(control::name_of(config)),
          .destination = std::string(api::text_at(config, {"spec", "destination"})),
          .active = control::condition_holds(config, "SchedulingActive"),
          .last_success = seconds_at(config, {"status", "lastSuccessTime"}),
          .next_run = seconds_at(config, {"status", "nextRunTime"})};
}

SeedFacts seed_facts(const json::Value& seed) {
  SeedFacts facts{
      .name = std::string(control::name_of(seed)),
      .default_destination = std::string(api::text_at(seed, {"spec", "etcdBackupRestore", "defaultDestination"})),
      .destinations = {}};
  const json::Object* destinations = api::object_at(seed, {"spec", "etcdBackupRestore", "destinations"});
  if (destinations == nullptr) return facts;
  for (const auto& [name, settings] : *destinations)
    facts.destinations.push_back(destination_facts(seed, name));
  return facts;
}

}  // namespace holdfast::server
