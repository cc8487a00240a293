// What the metrics of clusters say, counted together from the table. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "server/monitor/object_figures.h"

namespace holdfast::server {

struct ObjectSummary {
  // The backups of one cluster in one destination; also of a destination that a config names and that has none yet.
  struct Place {
    std::string cluster;
    std::string destination;
    std::uint64_t objects = 0;  // that lie there, good or not
    std::uint64_t empty = 0;    // of those
    Seconds newest = 0;
  };
  struct Cluster {
    std::string name;
    ClusterFacts facts;
    BackupFacts newest;  // its newest good backup; all zero: none
  };
  struct Config {
    std::string cluster;
    ConfigFacts facts;
  };
  struct Destination {
    std::string name;
    std::uint64_t objects = 0;
    std::uint64_t stored_bytes = 0;
  };

  std::vector<Place> places;
  std::vector<Cluster> clusters;
  std::vector<Config> configs;
  std::vector<SeedFacts> seeds;
  std::vector<Destination> destinations;  // in which backups lie
  std::array<std::uint64_t, kBackupPhases> phases{};
};

ObjectSummary summarize(const ObjectTable& table);

}  // namespace holdfast::server
