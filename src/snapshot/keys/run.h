// Sorted items in a temporary file: a run is written once, in order, and read in order as often as needed. Keys are
// stored as what differs from the one before, numbers as varints. Private to snapshot/keys/.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/keys/item.h"

namespace holdfast::snapshot {

// Where a run lies in the file.
struct Run {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class RunWriter {
 public:
  // Writes from `begin` on, in pieces of `buffer_size` bytes and a little more.
  RunWriter(os::File& file, std::uint64_t begin, std::size_t buffer_size);

  // The next item; not before the last one.
  Status add(const Item& item);
  // Once, behind the last one.
  Result<Run> finish();

 private:
  Status flush();

  os::File& file_;
  const std::size_t buffer_size_;
  Run run_;
  Bytes buffer_;
  Bytes last_key_;
};

class RunReader final : public ItemSource {
 public:
  // Memory: `buffer_size`, and the longest key.
  RunReader(os::File& file, const Run& run, std::size_t buffer_size);

  Result<bool> next() override;
  const Item& item() const override { return item_; }

 private:
  // Has `size` bytes in the buffer, or all there are.
  Status want(std::size_t size);
  bool read_number(std::uint64_t& number);
  Status read_key();
  bool read_numbers();

  os::File& file_;
  std::uint64_t at_;  // of the first byte that is not in the buffer yet
  const std::uint64_t end_;
  Bytes buffer_;
  std::size_t begin_ = 0;  // of what is left in the buffer
  std::size_t filled_ = 0;
  Bytes key_;
  Item item_;
};

}  // namespace holdfast::snapshot
