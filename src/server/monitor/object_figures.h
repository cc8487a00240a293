// The numbers of clusters, backup configs, backups and destinations for metrics. The objects are read once, when the
// first page is asked for; from there on the changes are followed, so that a page costs no look into the store: ten
// thousand clusters with twenty backups each would be 200,000 objects to decode every time. About 80 bytes are kept of
// a backup.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/monitor/object_facts.h"

#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

// What is kept, and how it is brought up to date. One thread at a time.
class ObjectTable {
 public:
  struct Config {
    std::uint64_t id = 0;
    ConfigFacts facts;
  };
  struct Space {  // of one cluster
    std::optional<ClusterFacts> cluster;
    std::vector<Config> configs;
    std::vector<BackupFacts> backups;
  };

  // The object is there, as it is now. Kinds that do not matter are passed over.
  void put(const api::Kind& kind, const json::Value& object);
  void remove(const api::Kind& kind, const json::Value& object);

  const std::map<std::string, Space>& spaces() const { return spaces_; }  // by name of the cluster
  const std::map<std::string, SeedFacts>& seeds() const { return seeds_; }
  const std::string& destination(std::uint16_t index) const { return destinations_.at(index); }
  // The destination that a config of the cluster writes to; empty when it cannot be told.
  std::string destination_of(const Space& space, const ConfigFacts& config) const;

 private:
  std::uint16_t index_of(std::string_view destination);
  void forget_if_empty(const std::string& cluster);

  std::map<std::string, Space> spaces_;
  std::map<std::string, SeedFacts> seeds_;
  std::vector<std::string> destinations_;
};

// Safe for any thread.
class ObjectFigures {
 public:
  // Both outlive it.
  ObjectFigures(registry::Registry& registry, registry::WatchHub& hub);
  ~ObjectFigures();

  // Calls `visit` with the table, reading everything first when that was not done yet or the changes could not be
  // followed. The first call on a large store takes seconds.
  using Visit = std::function<void(const ObjectTable& table)>;
  Status read(const Visit& visit);

 private:
  class Follower;
  Status start_over();
  void end_following();

  registry::Registry& registry_;
  registry::WatchHub& hub_;
  std::mutex reading_;                  // one start at a time
  std::vector<std::uint64_t> watches_;  // guarded by reading_, as what follows
  std::shared_ptr<Follower> follower_;
};

}  // namespace holdfast::server
