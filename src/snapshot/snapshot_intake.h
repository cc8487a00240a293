// Takes the bytes of a snapshot in, once: copies the database into a new file, proves it against its SHA-256 trailer,
// and scans its pages.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "base/result.h"
#include "base/sha256.h"
#include "base/stream.h"
#include "os/file_system.h"
#include "snapshot/bolt_format.h"
#include "snapshot/page_scanner.h"

namespace holdfast::snapshot {

struct IntakeOptions {
  bool skip_hash_check = false;                         // accept a missing trailer, and one of other bytes
  std::function<void(std::uint64_t done)> on_progress;  // bytes taken in; called on the thread of copy_to; may be empty
  std::stop_token stop;
};

struct IntakeHead {
  Meta meta;
  std::uint64_t database_size = 0;  // bytes copy_to will write: high water mark times page size
  std::uint64_t snapshot_size = 0;  // bytes to take in; 0 when that is not known yet
};

struct IntakeResult {
  std::uint64_t snapshot_size = 0;  // bytes taken in, with the trailer
  Sha256Digest digest{};            // of the database as it was taken in, growth behind the last page included
  bool wrong_trailer = false;       // there is one, of other bytes; only with skip_hash_check, otherwise it is an error
  Result<PageFacts> facts;          // what PageScanner::finish() says of the pages; live_keys is not counted
};

// First open(), then copy_to(), once each, on one thread.
class SnapshotIntake {
 public:
  virtual ~SnapshotIntake() = default;

  // Looks at the first bytes. Code::corrupt when this is no database, or (as far as the size is known) one that is cut
  // off or has no trailer.
  virtual Result<IntakeHead> open() = 0;

  // Writes the database to the empty file `target`, with room reserved first, and begins to write it out to the disk;
  // it is not synced. Code::corrupt when the bytes end too early or do not match the trailer, Code::cancelled on stop.
  virtual Result<IntakeResult> copy_to(os::File& target) = 0;
};

// Copies inside the kernel on a thread of its own, hashes the copy behind it, and scans its pages on another one.
std::unique_ptr<SnapshotIntake> make_file_intake(os::File& source, IntakeOptions options);

// Hashes and writes on a thread of its own, so that reading (decrypting, decompressing) and scanning go on meanwhile.
std::unique_ptr<SnapshotIntake> make_stream_intake(ByteSource& source, IntakeOptions options);

}  // namespace holdfast::snapshot
