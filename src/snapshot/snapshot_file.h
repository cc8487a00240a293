// Where things are in a snapshot file: the database, perhaps slack behind it, perhaps the trailer. Private to
// snapshot/.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/sha256.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"
#include "snapshot/key_hash.h"

namespace holdfast::snapshot {

struct SnapshotFile {
  ChosenMeta chosen;
  HashSeed seed;  // from the meta pages
  std::uint64_t file_size = 0;
  std::uint64_t data_size = 0;      // file_size without the trailer
  std::uint64_t database_size = 0;  // high water mark times page size; at most data_size when the file is complete
  bool trailer = false;

  bool complete() const { return database_size <= data_size; }
};

// Reads the meta pages. Code::corrupt when neither of them is valid.
Result<SnapshotFile> read_snapshot_file(os::File& file);

// The trailer of a file that has one.
Result<Sha256Digest> read_trailer(os::File& file, const SnapshotFile& layout);

}  // namespace holdfast::snapshot
