// The hash etcd's HashKV gives for a revision, computed from a database file: the end-to-end proof that a snapshot
// holds what the live member holds. Source: docs/formats/etcd-snapshot.md and etcd's mvcc hash as measured on 3.4, 3.5
// and 3.6.
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

// Hashes bucket "key" as a member would at `revision` after a compaction at `compact_revision` (0 or less: never
// compacted). `size`: bytes of the database, without trailer. Reads the bucket twice, in key order, and keeps 24 bytes
// for each user key. Code::corrupt for damaged pages, Code::cancelled on stop.
Result<std::uint32_t> hash_kv(os::File& file, std::uint64_t size, std::int64_t revision, std::int64_t compact_revision,
                              const std::stop_token& stop);

}  // namespace holdfast::snapshot
