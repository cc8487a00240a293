// The wiring of `diff`: reads one or two snapshots, and the cluster, and says how they differ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/etcd_options.h"
#include "cli/snapshot_input.h"
#include "repository/difference/cluster_difference.h"

namespace holdfast::cli {

struct DiffFlags {
  std::size_t limit = 10;
  std::vector<std::string> etcd_prefixes;
  repository::ReadValues values = repository::ReadValues::when_needed;
  std::uint64_t memory = 32 * kMiB;
  std::string spool_dir;
};
OptionGroup diff_options(DiffFlags& flags);

// One of the two that are compared.
struct DiffSide {
  std::string place;  // of a snapshot; of a cluster its endpoints
  bool is_cluster = false;
  std::optional<WallTime> time;  // when its keys were so
  bool time_is_of_file = false;  // nothing says when it was taken, but when it was written
  std::optional<std::uint64_t> cluster_id;
};

struct DiffOutcome {
  DiffSide from;
  DiffSide to;
  repository::ClusterDifference difference;
};

struct DiffSources {
  std::string from;
  std::string to;  // empty: the cluster
  const ReadFlags& read;
  const DecryptFlags& decryption;
  const S3Flags& s3;
  const EtcdFlags& etcd;
};

Result<DiffOutcome> diff_snapshots(const DiffSources& sources, const DiffFlags& flags, Session& session);

}  // namespace holdfast::cli
