// Private to pipeline/: the overflow file of a spool: a queue of blocks on disk.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "os/file_system.h"

namespace holdfast::pipeline {

struct SpoolOptions;

// One thread appends, one takes; empty() and total() are for any thread.
class SpoolFile {
 public:
  SpoolFile(const SpoolOptions& options, os::FileSystem& files);

  bool available() const { return file_ != nullptr; }                     // false: no directory was given
  const std::optional<Error>& open_error() const { return open_error_; }  // why there is no file though there should be

  // Appends a block. False when there is no room for it now; taking blocks out may make some.
  Result<bool> append(ByteView block);
  // Takes the oldest block, which is there, into `into`, which is large enough; returns its size.
  Result<std::size_t> take(ByteSpan into);

  bool empty() const;           // no block is left to take
  std::uint64_t total() const;  // bytes that were ever appended

 private:
  struct Extent {
    std::uint64_t offset;
    std::uint32_t size;
    std::uint32_t crc;
  };

  Result<std::uint64_t> start_append();
  Result<bool> has_room(std::uint64_t size);

  const std::string directory_;
  const std::uint64_t limit_;
  const std::uint64_t keep_free_;
  os::FileSystem& files_;
  std::unique_ptr<os::File> file_;
  std::optional<Error> open_error_;

  mutable std::mutex mutex_;  // guards what follows
  std::deque<Extent> extents_;
  std::uint64_t end_ = 0;   // where the next block goes
  std::uint64_t live_ = 0;  // bytes not given back yet, a block being read included
  std::uint64_t total_ = 0;
  bool can_discard_ = true;
};

}  // namespace holdfast::pipeline
