// What is remembered of one page of the tree once it has passed by: what its items add to the whole, and what is wrong
// with it. Whether a page belongs to the tree is not known yet at that time, so nothing here is an error. Private to
// snapshot/.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"
#include "snapshot/key_log.h"

namespace holdfast::snapshot {

enum SummaryFlag : std::uint16_t {
  kIsBranch = 1U << 0U,
  kBroken = 1U << 1U,       // elements, keys or values outside the page, an empty key, a child that cannot be
  kUnread = 1U << 2U,       // laid out as bbolt never does, too large to hold: it has to be looked at again
  kUnordered = 1U << 3U,    // keys do not ascend
  kRecordKeys = 1U << 4U,   // leaf: it has items, and all their keys are revisions
  kBadRecord = 1U << 5U,    // leaf: an item with a revision for a key has a value that does not decode
  kBucketItems = 1U << 6U,  // leaf: all items are buckets
  kFactItems = 1U << 7U,    // leaf: some key is one of bucket_facts.h
  kUnchecked = 1U << 8U,    // long leaf: order, keys and records were not looked at, to save memory
};

struct PageSummary {
  std::uint32_t crc = 0;    // leaf: CRC-32C over key and value of each item
  std::uint64_t bytes = 0;  // leaf: sum of the sizes of keys and values
  std::uint32_t count = 0;  // items or children
  std::uint32_t overflow = 0;
  std::uint32_t children = 0;   // branch: where the page table keeps them
  std::int64_t first_main = 0;  // leaf with kRecordKeys: main revision of the first and the last key
  std::int64_t last_main = 0;
  std::uint16_t flags = 0;

  bool has(SummaryFlag flag) const { return (flags & flag) != 0; }
  void set(SummaryFlag flag) { flags = static_cast<std::uint16_t>(flags | flag); }
};

// Reads a complete leaf page: `image` starts at its header and holds everything up to its last value. `log` (may be
// null) is told about the records.
PageSummary summarise_leaf(ByteView image, const PageHeader& header, KeyLog* log);

// Same for a branch page of a database with `page_limit` pages, of which `first_page` holds what matters: its elements.
// `children` is emptied first.
PageSummary summarise_branch(ByteView first_page, const PageHeader& header, std::uint64_t page_limit,
                             std::vector<std::uint32_t>& children);

}  // namespace holdfast::snapshot
