// The few numbers of an object that metrics are made of, so that the objects themselves need not be kept. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"

namespace holdfast::server {

// Seconds since 1970; 0: never.
using Seconds = std::int64_t;

struct ClusterFacts {
  bool is_protected = false;  // the condition Protected is True
  std::string seed;           // that it names; empty: the only one, or that of its data centre
  std::optional<bool> etcd_healthy;
  std::optional<std::uint64_t> db_size;
  std::optional<std::uint64_t> quota;
};
ClusterFacts cluster_facts(const json::Value& cluster);

enum class BackupPhase : std::uint8_t { completed, unverified, missing, damaged, deleting, orphaned, other };
constexpr std::size_t kBackupPhases = 7;
std::string_view phase_name(BackupPhase phase);

struct BackupFacts {
  std::uint64_t id = 0;  // a hash of its name
  Seconds stored = 0;    // when it was stored, else taken
  std::uint64_t size = 0;
  std::uint64_t stored_bytes = 0;
  float seconds = 0;  // that it took
  std::uint16_t destination = 0;
  BackupPhase phase = BackupPhase::other;
  bool empty = false;  // its object is known to hold nothing
};
// Without id and destination.
BackupFacts backup_facts(const json::Value& backup);

struct ConfigFacts {
  std::string name;
  std::string destination;  // empty: the default one
  bool active = false;      // the condition SchedulingActive is True
  Seconds last_success = 0;
  Seconds next_run = 0;
};
ConfigFacts config_facts(const json::Value& config);

struct DestinationFacts {
  std::string name;
  bool usable = false;
  std::uint64_t orphans = 0;
};
struct SeedFacts {
  std::string name;
  std::string default_destination;
  std::vector<DestinationFacts> destinations;  // those of the settings, with what the status says
};
SeedFacts seed_facts(const json::Value& seed);

}  // namespace holdfast::server
