// What a restore of a snapshot would take back of a live cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "etcd/client.h"
#include "snapshot/keys/compare.h"
#include "snapshot/keys/key_listing.h"

namespace holdfast::repository {

// When the values of the live cluster are read. Without them a key counts as changed when it was written since, which
// is right as long as the cluster is what became of the backup, and spares it sending everything it has.
enum class ReadValues {
  when_needed,  // when cluster and backup are not known to be the same cluster, or turn out to have other histories
  never,
  always,
};

struct DifferenceOptions {
  snapshot::CompareOptions compare = {};
  snapshot::DigestSeed digest_seed;                // the listing's
  std::optional<std::uint64_t> backup_cluster_id;  // as its manifest has it
  ReadValues read_values = ReadValues::when_needed;
  int attempts = 4;           // when the revision being listed is compacted meanwhile
  std::int64_t page = 10000;  // LiveKeysOptions
};

struct ClusterDifference {
  snapshot::KeyDifference keys;
  snapshot::LeaseDifference leases;
  snapshot::MemberDifference members;
  std::int64_t backup_revision = 0;
  std::int64_t present_revision = 0;
  std::optional<std::uint64_t> backup_cluster_id;
  std::optional<std::uint64_t> present_cluster_id;
  bool with_values = true;            // values were compared
  std::vector<std::string> warnings;  // what could not be asked, what is uncertain
};

// Reads the live cluster, as it is now, once or a few times. Code::unavailable or Code::timeout when no member answers;
// what only a cluster with a leader can answer (leases, members) is left out with a warning.
Result<ClusterDifference> compare_with_cluster(const snapshot::KeyListing& backup, etcd::Client& client,
                                               const DifferenceOptions& options);

// The same with a later snapshot in place of the cluster; both were listed with the same seed. The cluster ids are
// those of the manifests.
Result<ClusterDifference> compare_snapshots(const snapshot::KeyListing& backup, const snapshot::KeyListing& present,
                                            const snapshot::CompareOptions& options);

}  // namespace holdfast::repository
