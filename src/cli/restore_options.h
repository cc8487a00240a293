// The options of `restore`, with the names, defaults and meanings of `etcdutl snapshot restore` where it has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/option.h"
#include "snapshot/restore.h"

namespace holdfast::cli {

struct RestoreFlags {
  std::string name = "default";
  std::string data_dir;  // empty: <name>.etcd
  std::string wal_dir;
  std::string initial_cluster = "default=http://localhost:2380";
  std::string initial_cluster_token = "etcd-cluster";
  std::optional<std::string> initial_advertise_peer_urls;  // unset: what initial_cluster says of the member
  bool skip_hash_check = false;
  bool allow_damage = false;
  std::uint64_t bump_revision = 0;
  bool mark_compacted = false;
  bool clear_alarms = false;
  bool drop_free_pages = false;
  std::string target_version;
  std::vector<std::string> members;  // "name=directory"
};
OptionGroup restore_flag_options(RestoreFlags& flags);

// Code::usage for flags that contradict each other.
Result<snapshot::RestoreOptions> restore_options(const RestoreFlags& flags);

}  // namespace holdfast::cli
