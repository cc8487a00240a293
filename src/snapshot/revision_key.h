// The keys of etcd's bucket "key", and the revisions in bucket "meta": main revision, '_', place within the
// transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::snapshot {

struct RevisionKey {
  std::int64_t main = 0;
  std::int64_t sub = 0;
  bool tombstone = false;  // a mark behind the 17 bytes: the record deletes its key
};

constexpr std::size_t kRevisionKeySize = 17;

// 17 bytes, big endian. `tombstone` is not written: a restore never deletes.
std::string revision_key(const RevisionKey& revision);

// Empty optional when it is no such key, or has negative numbers.
std::optional<RevisionKey> parse_revision_key(std::string_view key);

}  // namespace holdfast::snapshot
