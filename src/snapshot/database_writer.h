// Takes the bytes of a snapshot in order, hashes the database in them, and writes its pages to a file.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "os/file_system.h"
#include "snapshot/chunk_queue.h"
#include "snapshot/writeback_thread.h"

namespace holdfast::snapshot {

// One thread. Borrows the file. Whether the last 32 bytes are a trailer is only known at the end, from the total
// length: so the newest chunk is held back until another one of at least that size has come.
class DatabaseWriter {
 public:
  // Only the first `database_size` bytes are written; what follows is hashed and counted.
  DatabaseWriter(os::File& file, std::uint64_t database_size)
      : file_(file), database_size_(database_size), writeback_(file) {}

  // Takes over a chunk; returns one that is done with, if there is one.
  Result<std::optional<Chunk>> take(Chunk chunk);

  struct Outcome {
    std::uint64_t snapshot_size = 0;
    Bytes trailer;  // empty when there is none
    Sha256Digest digest{};
  };
  // After the last chunk.
  Result<Outcome> finish();

 private:
  Status consume(ByteView bytes);

  os::File& file_;
  const std::uint64_t database_size_;
  std::uint64_t consumed_ = 0;  // bytes hashed, and written as far as they belong to pages
  std::optional<Chunk> held_;
  Bytes short_tail_;  // a last chunk of fewer bytes than a trailer has
  Sha256 hash_;
  WritebackThread writeback_;  // last: uses the file
};

}  // namespace holdfast::snapshot
