// `snapshot verify`: looks at a snapshot file the way a doctor would, and says what is wrong and where.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/status.h"

namespace holdfast::snapshot {

enum class Severity { note, warning, error };

struct Finding {
  Severity severity = Severity::error;
  std::string
      check;  // stable id: "meta", "reachability", "key-order", "mvcc-record", "key-history", "freelist", "trailer", …
  std::string where;  // "page 4711", "bucket key, revision 88_0"; empty for the whole file
  std::string what;   // lower case, no full stop
};

struct VerifyOptions {
  bool require_trailer = true;     // a file without one is an error, not a note
  std::size_t max_findings = 100;  // findings beyond it are counted only
  std::size_t memory_limit =
      256 * kMiB;  // tables for page and key state; a file that needs more is verified in several passes
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress;  // bytes; may be empty
};

struct VerifyReport {
  SnapshotStatus status;  // as far as it could be read
  std::vector<Finding> findings;
  std::uint64_t findings_dropped = 0;
  bool ok() const;  // no finding is an error
};

// Checks: both metas; length; SHA-256 trailer; every page below the high water mark reachable exactly once, or free;
// page ids, flags, overflow; key order within and between pages and against the branch keys; inline buckets; a synced
// freelist against the pages that are really free; each MVCC record decodes and its mod revision is its key's revision;
// per key create revision, mod revision and version follow from one record to the next; the lease of each live record
// exists; consistent index, term, members, members_removed, cluster and storage version, alarms, auth, leases can be
// read. Damage is a finding, not an error: an error means that the file could not be read at all.
Result<VerifyReport> verify(os::File& file, const VerifyOptions& options);

}  // namespace holdfast::snapshot
