// What is remembered of one page of the tree once it has passed by: what its items add to the whole, and what is wrong
// with it. Whether a page belongs to the tree is not known yet at that time, so nothing here is an error. Private to
// snapshot/.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"
#include "snapshot/key_log.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {

enum SummaryFlag : std::uint16_t {
  kIsBranch = 1U << 0U,
  kBroken = 1U << 1U,        // elements, keys or values outside the page, an empty key, a child that cannot be
  kUnread = 1U << 2U,        // laid out as bbolt never does, too large to hold: it has to be looked at again
  kUnordered = 1U << 3U,     // keys do not ascend
  kRecordKeys = 1U << 4U,    // leaf: it has items, and all their keys are revisions
  kBadRecord = 1U << 5U,     // leaf: an item with a revision for a key has a value that does not decode
  kBucketItems = 1U << 6U,   // leaf: all items are buckets
  kFactItems = 1U << 7U,     // leaf: some key is one of bucket_facts.h
  kUnchecked = 1U << 8U,     // long leaf: order, keys and records were not looked at, to save memory
  kWrongRecord = 1U << 9U,   // leaf: a record without a key, or of another revision than its own
  kOnlyRecords = 1U << 10U,  // long leaf: looked at as one of bucket "key", and as nothing else
};

struct PageSummary {
  std::uint32_t crc = 0;    // leaf: CRC-32C over key and value of each item
  std::uint64_t bytes = 0;  // leaf: sum of the sizes of keys and values
  std::uint32_t count = 0;  // items or children
  std::uint32_t overflow = 0;
  std::uint32_t children = 0;  // branch: where the page table keeps them
  std::uint64_t keys = 0;      // branch: its keys (branch_keys.h)
  RecordKey first;             // leaf with kRecordKeys: its first and its last key
  RecordKey last;
  std::uint32_t edges = 0;  // other leaf with items: where the page table keeps these
  std::uint16_t flags = 0;
  std::uint16_t unfit = 0;  // leaf: bits of buckets (item_form.h) that its items do not have the form of

  bool has(SummaryFlag flag) const { return (flags & flag) != 0; }
  void set(SummaryFlag flag) { flags = static_cast<std::uint16_t>(flags | flag); }
};

// Reads a complete leaf page: `image` starts at its header and holds everything up to its last value. `log` (may be
// null) is told about the records. `edges` of the summary is not filled in.
PageSummary summarise_leaf(ByteView image, const PageHeader& header, KeyLog* log);

// Its first and its last key, for a leaf that is not broken and has items.
ByteView first_key(ByteView image);
ByteView last_key(ByteView image, const PageHeader& header);

// Same for a complete branch page of a database with `page_limit` pages. `children` is emptied first.
PageSummary summarise_branch(ByteView image, const PageHeader& header, std::uint64_t page_limit, const HashSeed& seed,
                             std::vector<std::uint32_t>& children);

// What is wrong with a record (mvcc.h) as one of its revision: a flag, or 0. A revision with nothing at all, as a
// restore with a bumped revision leaves it behind, is fine.
std::uint16_t wrong_record(const RecordKey& key, bool empty_value, bool has_user_key, const Record& record);

}  // namespace holdfast::snapshot
