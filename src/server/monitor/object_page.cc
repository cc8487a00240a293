#include "server/monitor/object_page.h"

#include <map>

namespace holdfast::server {
namespace {

using metrics::Page;
using metrics::Type;

double as_number(std::uint64_t value) {
  return static_cast<double>(value);
}

double as_number(Seconds value) {
  return static_cast<double>(value);
}

double as_number(bool value) {
  return value ? 1 : 0;
}

// The names, types and labels that KKP's seed controller manager uses, so that charts and rules go on working.
void write_kkp(Page& page, const ObjectSummary& summary) {
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    page.family(Type::gauge, name, help);
    for (const ObjectSummary::Place& place : summary.places)
      page.sample({{"destination", place.destination}, {"cluster", place.cluster}}, as_number(value(place)));
  };
  using Place = ObjectSummary::Place;
  each("kubermatic_etcdbackup_object_count", "Backups of the cluster that lie in the destination.",
       [](const Place& place) { return place.objects; });
  each("kubermatic_etcdbackup_object_last_modified_time_seconds",
       "When the newest of them was stored, in seconds since 1970; 0 when there is none.",
       [](const Place& place) { return place.newest; });
  each("kubermatic_etcdbackup_empty_object_count", "How many of them hold nothing.",
       [](const Place& place) { return place.empty; });

  // Destinations of the same name in several Seeds have one line: the worst of them.
  std::map<std::string_view, bool> usable;
  for (const SeedFacts& seed : summary.seeds) {
    for (const DestinationFacts& destination : seed.destinations) {
      const auto [found, made] = usable.try_emplace(destination.name, destination.usable);
      if (!made) found->second = found->second && destination.usable;
    }
  }
  page.family(Type::gauge, "kubermatic_etcdbackup_query_success",
              "Whether the destination could be written, read and listed when it was last tried.");
  for (const auto& [name, works] : usable)
    page.sample({{"destination", name}}, as_number(works));
}

void write_clusters(Page& page, const ObjectSummary& summary) {
  using Cluster = ObjectSummary::Cluster;
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    page.family(Type::gauge, name, help);
    for (const Cluster& cluster : summary.clusters)
      page.sample({{"cluster", cluster.name}}, as_number(value(cluster)));
  };
  const auto known = [&](std::string_view name, std::string_view help, auto value) {
    page.family(Type::gauge, name, help);
    for (const Cluster& cluster : summary.clusters) {
      if (const auto given = value(cluster)) page.sample({{"cluster", cluster.name}}, as_number(*given));
    }
  };
  page.number(Type::gauge, "holdfast_clusters", "Clusters there are.", as_number(summary.clusters.size()));
  each("holdfast_cluster_protected", "Whether the cluster has a good backup that is new enough.",
       [](const Cluster& cluster) { return cluster.facts.is_protected; });
  each("holdfast_cluster_last_good_backup_timestamp_seconds",
       "When its newest good backup was stored, in seconds since 1970; 0 when there is none.",
       [](const Cluster& cluster) { return cluster.newest.stored; });
  each("holdfast_cluster_last_good_backup_size_bytes", "Size of the snapshot in that backup.",
       [](const Cluster& cluster) { return cluster.newest.size; });
  each("holdfast_cluster_last_good_backup_stored_bytes", "Size of that backup in its destination.",
       [](const Cluster& cluster) { return cluster.newest.stored_bytes; });
  page.family(Type::gauge, "holdfast_cluster_last_good_backup_duration_seconds", "Seconds that backup took.");
  for (const Cluster& cluster : summary.clusters)
    page.sample({{"cluster", cluster.name}}, static_cast<double>(cluster.newest.seconds));
  known("holdfast_cluster_etcd_healthy", "Whether its etcd was healthy when it was last asked.",
        [](const Cluster& cluster) { return cluster.facts.etcd_healthy; });
  known("holdfast_cluster_etcd_db_size_bytes", "Size of the largest database of its members.",
        [](const Cluster& cluster) { return cluster.facts.db_size; });
  known("holdfast_cluster_etcd_quota_bytes", "Largest size its databases may have.",
        [](const Cluster& cluster) { return cluster.facts.quota; });
}

void write_configs(Page& page, const ObjectSummary& summary) {
  using Config = ObjectSummary::Config;
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    page.family(Type::gauge, name, help);
    for (const Config& config : summary.configs)
      page.sample({{"cluster", config.cluster}, {"config", config.facts.name}}, as_number(value(config.facts)));
  };
  each("holdfast_backupconfig_scheduling_active",
       "Whether the backup config makes backups; its condition says why not.",
       [](const ConfigFacts& config) { return config.active; });
  each("holdfast_backupconfig_last_success_timestamp_seconds",
       "When its last good backup ended, in seconds since 1970; 0 when there is none.",
       [](const ConfigFacts& config) { return config.last_success; });
  each("holdfast_backupconfig_next_run_timestamp_seconds",
       "When its next backup is due, in seconds since 1970; 0 when none is.",
       [](const ConfigFacts& config) { return config.next_run; });
}

void write_destinations(Page& page, const ObjectSummary& summary) {
  page.family(Type::gauge, "holdfast_destination_usable",
              "Whether the destination could be used when it was last tried.");
  for (const SeedFacts& seed : summary.seeds) {
    for (const DestinationFacts& each : seed.destinations)
      page.sample({{"seed", seed.name}, {"destination", each.name}}, as_number(each.usable));
  }
  page.family(Type::gauge, "holdfast_destination_orphans", "Objects in the destination that belong to no cluster.");
  for (const SeedFacts& seed : summary.seeds) {
    for (const DestinationFacts& each : seed.destinations)
      page.sample({{"seed", seed.name}, {"destination", each.name}}, as_number(each.orphans));
  }
  page.family(Type::gauge, "holdfast_destination_backups", "Backups that lie in destinations of this name.");
  for (const ObjectSummary::Destination& each : summary.destinations)
    page.sample({{"destination", each.name}}, as_number(each.objects));
  page.family(Type::gauge, "holdfast_destination_stored_bytes", "Bytes they take there.");
  for (const ObjectSummary::Destination& each : summary.destinations)
    page.sample({{"destination", each.name}}, as_number(each.stored_bytes));
}

}  // namespace

void write_objects(Page& page, const ObjectSummary& summary) {
  write_kkp(page, summary);
  write_clusters(page, summary);
  write_configs(page, summary);
  write_destinations(page, summary);
  page.family(Type::gauge, "holdfast_backups", "Backups in the catalogue.");
  for (std::size_t i = 0; i < kBackupPhases; ++i)
    page.sample({{"phase", phase_name(static_cast<BackupPhase>(i))}}, as_number(summary.phases.at(i)));
}

}  // namespace holdfast::server
