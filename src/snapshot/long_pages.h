// Leaf pages with overflow while they pass by. Which of them belong to the tree is not known yet: behind a stale or
// forged header other pages follow, so any number of long pages may be under way at once, each covering the next. What
// keeps that cheap:
//  * bbolt lays items out without gaps, so the checksum over all items of a page is that of one range of the file, and
//  the
//    checksum of a range follows from one running checksum at its two ends: 72 bytes for each page under way, no work
//    per byte.
//  * bbolt splits every page that is longer than one page and has more than four items, so the elements of a long page
//  are in its
//    first page. Other layouts are legal but nobody writes them: such a page is marked kUnread.
//  * Looking at the items themselves is done for as many pages at once as memory is set aside for (kUnchecked marks the
//  others), and only as records of bucket "key" (kOnlyRecords).
// Private to snapshot/.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "snapshot/item_checker.h"
#include "snapshot/key_log.h"
#include "snapshot/page_table.h"

namespace holdfast::snapshot {

class LongPages {
 public:
  // `table` and `log` get what is found, as long pages end; `sink` (may be null) is shown the records on the way.
  LongPages(PageTable& table, KeyLog& log, std::size_t page_size, RecordSink* sink)
      : table_(table), log_(log), page_size_(page_size), sink_(sink) {}

  // The page at number `page` passes: to be called for each one, in order, before open() for the same page.
  void pass(PageId page, ByteView bytes);

  // A leaf page with overflow may begin at `page`; `bytes` is its first page. Adds its summary to the table, which is
  // completed when its last item has passed.
  void open(PageId page, const PageHeader& header, ByteView bytes);

 private:
  struct Leaf {
    std::uint64_t wanted = 0;  // the next stream position that matters; data_end once the last byte has passed
    std::uint64_t data_end = 0;
    std::uint64_t open_at = 0;             // up to where open_crc covers the items
    std::size_t record = 0;                // in the table
    std::unique_ptr<ItemChecker> checker;  // null: kUnchecked
    std::uint32_t open_crc = 0;
  };
  static bool later(const Leaf& a, const Leaf& b) { return a.wanted > b.wanted; }

  enum class Layout : std::uint8_t { regular, broken, unread };
  static Layout read_elements(ByteView bytes, const PageHeader& header, std::vector<ItemSize>& items);
  void begin(PageId page, ByteView bytes, PageSummary& summary, std::vector<ItemSize> items);
  std::unique_ptr<ItemChecker> make_checker(PageId page, std::uint64_t data_at, std::vector<ItemSize> items);
  void feed(Leaf& leaf, std::uint64_t position, ByteView bytes) const;
  void end(const Leaf& leaf, std::uint64_t position, ByteView bytes);

  PageTable& table_;
  KeyLog& log_;
  const std::size_t page_size_;
  RecordSink* const sink_;
  std::vector<Leaf> leaves_;       // a heap, the least `wanted` first
  std::uint32_t running_crc_ = 0;  // of all pages since leaves_ was last empty
  std::size_t checked_items_ = 0;  // in all checkers
  std::size_t checkers_ = 0;
};

}  // namespace holdfast::snapshot
