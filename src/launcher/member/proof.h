// Reads back what a restore built, and compares it with what it should be.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "launcher/member/staged_facts.h"

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/membership.h"
#include "snapshot/restore.h"

namespace holdfast::launcher {

// What the manifest says of the snapshot; for a foreign one, what is known.
struct SourceFacts {
  std::string database_sha256;           // lower-case hex, without the trailer; empty: not known
  std::optional<std::int64_t> revision;  // of its last record
  std::int64_t compact_revision = 0;     // finished, 0: never
  std::uint64_t size_hint = 0;           // bytes of the snapshot, 0: not known
};

struct ProofInput {
  std::string id;         // of the restore
  std::string directory;  // that holds snap/ and wal/
  const snapshot::Membership& membership;
  const snapshot::MemberSpec& member;
  const snapshot::RestoreReport& report;
  const SourceFacts& source;
  std::uint64_t revision_bump = 0;
};

// Code::corrupt says what differs: the source's digest and revision from the manifest's; pages, size, revision,
// members, index and term of the database as read back from the report's; a missing write-ahead log. Reads the database
// three times, one page or a few MiB in memory at a time, and what page_scanner.h and hash_kv.h say. Code::cancelled on
// stop.
Result<StagedFacts> prove_member(os::FileSystem& files, const ProofInput& input, const std::stop_token& stop);

}  // namespace holdfast::launcher
