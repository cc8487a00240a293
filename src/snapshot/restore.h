// `snapshot restore`: turns a snapshot into data directories that etcd 3.4, 3.5 and 3.6 start from: snap/db, .snap and
// WAL.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stream.h"
#include "os/file_system.h"
#include "os/random.h"
#include "snapshot/membership.h"

namespace holdfast::snapshot {

// Where the bytes come from: a file (read at random, copied inside the kernel) or a stream (decrypted and decompressed
// on the way). Exactly one of the two is set. Both hold the database, usually followed by its 32-byte SHA-256.
struct RestoreInput {
  os::File* file = nullptr;
  ByteSource* stream = nullptr;
  std::uint64_t stream_size_hint = 0;  // bytes the stream will give when known (manifest): for the free-space check
};

// One directory to make.
struct RestoreTarget {
  std::string name;      // member name, must occur in the membership
  std::string data_dir;  // must not exist, or be an empty directory (which stays: mount point, link, owner, mode)
  std::string wal_dir;   // empty: <data_dir>/member/wal; otherwise as data_dir. Paths are compared as text
};

struct RestoreOptions {
  Membership membership;               // whom the new cluster consists of (membership.h)
  std::vector<RestoreTarget> targets;  // one or several members; they share one pass over the input
  bool skip_hash_check = false;     // for a plain copy of a db file, which has no trailer; its pages are judged still
  bool allow_damage = false;        // damaged pages are a warning: for a snapshot that is the last one
  std::uint64_t bump_revision = 0;  // add to the latest revision; with mark_compacted, both or neither
  bool mark_compacted = false;
  bool clear_alarms = false;     // empty the alarm bucket, so that a NOSPACE of old does not block writes
  bool drop_free_pages = false;  // pages that hold only deleted data become holes, or zeros where there are no holes
  std::string target_version;    // "3.5": warn about what that etcd does not accept; empty: unknown
  // Bytes moved so far, and in all (0 when unknown). Called on the thread of restore(); may be empty.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress;
  std::stop_token stop;
};

struct RestoredMember {
  std::string name;
  std::uint64_t member_id = 0;
  std::string data_dir;
  std::string wal_dir;  // empty: in the data directory
};

struct RestoreReport {
  std::vector<RestoredMember> members;
  std::uint64_t cluster_id = 0;
  std::int64_t revision = 0;          // latest revision a client will see after the start (with the bump)
  std::uint64_t database_size = 0;    // bytes of each snap/db
  std::uint64_t snapshot_size = 0;    // bytes read
  std::string sha256;                 // of the database as read, lower-case hex
  std::uint64_t freed_size = 0;       // bytes of free pages dropped from each snap/db
  std::vector<std::string> warnings;  // version traps, surviving alarms, auth, learners; one sentence each
};

// Builds every directory beside its place (staged_directory.h), syncs it and renames it: after a crash a target is
// there complete or not at all, and what is left beside it can be removed. Of several renames (several targets, a
// wal_dir outside its data_dir, which goes first) the earlier ones are taken back when a later one fails; a crash
// between them leaves those done. Reads the database once; of other targets' databases each is a copy of the first,
// inside the kernel where possible. Uses three threads of its own at most. Memory: some MiB, and about 40 bytes for
// each page of the database. Errors: Code::usage for contradictory options, Code::exists for a target that is not
// empty, Code::no_space before anything is written, Code::corrupt for a wrong or missing trailer or damaged pages
// (whatever PageScanner finds, see page_scanner.h), Code::cancelled on stop. After an error nothing is left behind.
Result<RestoreReport> restore(const RestoreInput& input, const RestoreOptions& options, os::FileSystem& files,
                              os::Random& random);

}  // namespace holdfast::snapshot
