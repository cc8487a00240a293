// What `status` reads and prints.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "cli/output.h"
#include "cli/snapshot_input.h"
#include "model/json.h"
#include "snapshot/status.h"

namespace holdfast::cli {

struct StatusFacts {
  snapshot::PageFacts pages;
  std::optional<std::uint64_t> live_keys;  // unknown for a large snapshot that is not a file
  std::string trailer;                     // "ok", "wrong", "missing", "unchecked"
};

// Reads all of the snapshot. Code::corrupt when its pages, or a stored object's digests, are damaged; a plain file with
// a wrong trailer is no error, as etcdutl does not look at it. `check_trailer` looks at that of a plain file, which
// costs several times the rest; a stored object's is always checked.
Result<StatusFacts> read_status(SnapshotInput& input, const ReadFlags& read, const DecryptFlags& decryption,
                                bool check_trailer, Session& session);

json::Object status_document(const StatusFacts& facts);
// For table, simple and fields.
void print_status(std::ostream& out, const StatusFacts& facts, OutputFormat format);

}  // namespace holdfast::cli
