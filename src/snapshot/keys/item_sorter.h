// Sorts more items than fit into memory: full memory becomes a sorted run in a temporary file, and runs are merged
// while they are read. Private to snapshot/keys/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/keys/item.h"
#include "snapshot/keys/run.h"

namespace holdfast::snapshot {

// One block of memory, full of items.
class ItemArena {
 public:
  explicit ItemArena(std::size_t size);

  bool empty() const { return offsets_.empty(); }
  // False when there is no more room. An item always fits into an empty one.
  bool add(const Item& item);
  void sort();
  void clear();
  std::size_t count() const { return offsets_.size(); }
  const Item& at(std::size_t index) const;

 private:
  const std::size_t size_;
  std::unique_ptr<std::uint8_t[]> block_;
  std::size_t used_ = 0;
  std::vector<std::uint32_t> offsets_;
};

// Everything, in order, as often as wanted. Immovable in memory while it is read.
class SortedItems {
 public:
  // The source must not outlive this.
  Result<std::unique_ptr<ItemSource>> open() const;
  bool spilled() const { return file_ != nullptr; }

 private:
  friend class ItemSorter;
  std::unique_ptr<ItemArena> arena_;  // when everything fitted
  std::unique_ptr<os::File> file_;    // otherwise
  std::vector<Run> runs_;
  std::size_t buffer_size_ = 0;  // of each run that is read
};

class ItemSorter {
 public:
  // `memory`: bytes for items, and for the buffers when they are read back; the index needs a tenth more. At least
  // kMinMemory is taken, at most kMaxMemory. The file is made in `directory` when it is needed, and has no name.
  static constexpr std::size_t kMinMemory = 256 * kKiB;
  static constexpr std::size_t kMaxMemory = kGiB;
  ItemSorter(os::FileSystem& files, std::string directory, std::size_t memory);

  Status add(const Item& item);
  // Once. Gives the memory back, unless everything fitted into it.
  Result<SortedItems> finish();

 private:
  Status spill();
  Status merge_some(std::size_t count);
  Status in_spool(Status status) const;

  os::FileSystem& files_;
  const std::string directory_;
  const std::size_t memory_;
  std::unique_ptr<ItemArena> arena_;
  std::unique_ptr<os::File> file_;
  std::vector<Run> runs_;
};

}  // namespace holdfast::snapshot
