// Which pages of a database are in use.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {

// One bit per page. Plain value.
class PageSet {
 public:
  explicit PageSet(std::uint64_t pages) : bits_(static_cast<std::size_t>((pages + 63) / 64)) {}
  bool contains(PageId id) const { return (bits_[static_cast<std::size_t>(id / 64)] >> (id % 64) & 1U) != 0; }
  void insert(PageId id) { bits_[static_cast<std::size_t>(id / 64)] |= std::uint64_t{1} << (id % 64); }

 private:
  std::vector<std::uint64_t> bits_;
};

// The metas and every page that the root bucket and the buckets in it reach, overflow pages included. Reads branch
// pages and the elements of leaf pages. Code::corrupt for damage and for a page that is used twice, Code::cancelled on
// stop.
Result<PageSet> pages_in_use(const BoltFile& database, const std::stop_token& stop);

}  // namespace holdfast::snapshot
