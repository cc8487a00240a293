// What lies in the data directory of a server that looks after many clusters, made through the registry.
#pragma once

#include <cstddef>
#include <string>

namespace holdfast::bench {

struct StateOptions {
  std::string data_directory;     // made with mode 0700; must not be there
  std::string objects_directory;  // of the one destination, "disk"
  std::size_t clusters = 100;
  std::size_t backups = 0;              // stored backups in the catalogue of each cluster
  std::string schedule = "@every 20m";  // of the one config of each cluster, "regular"
  std::string compression = "zstd";     // of the destination
};

// Seed "europe", clusters "c00000" and so on, their namespaces, configs and backups.
void make_state(const StateOptions& options);

std::string cluster_name(std::size_t number);

}  // namespace holdfast::bench
