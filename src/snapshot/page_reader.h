// Reads ranges of a database at random, with a window that grows while the ranges follow each other. Private to
// snapshot/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

class PageReader {
 public:
  // Ranges lie within the first `size` bytes of `file`, which outlives the reader.
  PageReader(os::File& file, std::uint64_t size) : file_(file), size_(size) {}

  // A view of `size` bytes at `offset`, valid until the next call. The caller has checked that they are within the
  // file, and asks for no more than it wants to have in memory.
  Result<ByteView> read(std::uint64_t offset, std::size_t size);

 private:
  os::File& file_;
  const std::uint64_t size_;
  Bytes window_;
  std::uint64_t window_at_ = 0;
  std::size_t ahead_ = 0;  // how much to read at once
};

}  // namespace holdfast::snapshot
