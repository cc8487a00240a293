// `snapshot status`: what a snapshot file holds. Reads the file once, in order; never writes to it.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/page_scanner.h"

namespace holdfast::snapshot {

struct SnapshotStatus {
  PageFacts facts;
  std::uint64_t live_keys = 0;  // distinct user keys that exist: totalKey of etcdutl 3.6
  bool has_trailer = false;
  bool trailer_matches = false;  // only meaningful with has_trailer: SHA-256 of the database equals the trailer
};

// `file` is a snapshot (database and trailer) or a bare db file. Code::corrupt when it is cut off or its pages are
// damaged; a wrong trailer is reported in the result, not as an error, as etcdutl does not look at it. `check_trailer`
// costs one SHA-256 pass over the same bytes (run beside the scan).
Result<SnapshotStatus> read_status(os::File& file, bool check_trailer);

}  // namespace holdfast::snapshot
