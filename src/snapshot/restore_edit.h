// What a restore changes inside the database, and what it learns about it on the way. Reads a handful of pages.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"
#include "snapshot/database_traits.h"
#include "snapshot/membership.h"

namespace holdfast::snapshot {

struct EditOptions {
  std::uint64_t bump_revision = 0;  // 0: leave revisions alone; otherwise the new revision is marked compacted
  bool clear_alarms = false;
};

struct EditResult {
  Meta meta;                  // of the database as it is now
  std::int64_t revision = 0;  // latest revision a client will see
  DatabaseTraits found;       // before the edit
};

// Gives the database a new membership and a raft log that begins: bucket by bucket what etcdutl 3.5 does (the table is
// in docs/formats/etcd-data-dir.md). Code::corrupt when the database cannot be read, Code::usage when the bumped
// revision does not fit into 63 bits.
Result<EditResult> edit_database(os::File& file, std::uint64_t size, const Membership& membership,
                                 const EditOptions& options);

}  // namespace holdfast::snapshot
