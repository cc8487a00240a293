// Who a data directory belongs to: every segment of etcd's write-ahead log (member/wal/*.wal) begins with a record that
// seeds the checksum and one with the ids of member and cluster. Format: docs/formats/etcd-data-dir.md.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::snapshot {

struct WalIdentity {
  std::uint64_t member_id = 0;
  std::uint64_t cluster_id = 0;
};

constexpr std::size_t kWalHeadSize =
    4 * kKiB;  // bytes of a segment that always suffice: the two records have below 100

// `head`: the first bytes of a segment. Code::corrupt when it does not begin with the two records, or they do not match
// their checksum.
Result<WalIdentity> read_wal_identity(ByteView head);

}  // namespace holdfast::snapshot
