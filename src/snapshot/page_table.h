// Summaries of all pages that may belong to the tree, in 28 bytes each, found by page number; the children of
// branch pages; the keys at the ends of leaves. Pages are added in ascending order. Private to snapshot/.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "snapshot/chunked_vector.h"
#include "snapshot/key_edges.h"
#include "snapshot/page_summary.h"

namespace holdfast::snapshot {

class PageTable {
 public:
  // `children_limit`: bytes of children after which it is worth looking for stale ones.
  explicit PageTable(std::size_t children_limit = kChildrenLimit)
      : first_children_limit_(children_limit), children_limit_(children_limit) {}

  // Adds the summary of `page`, which is greater than every page added before. Returns its index.
  std::size_t add(PageId page, const PageSummary& summary);
  // Replaces a summary.
  void update(std::size_t index, const PageSummary& summary);

  std::optional<std::size_t> find(PageId page) const;
  PageSummary at(std::size_t index) const;
  std::size_t size() const { return records_.size(); }

  // Keeps the children of the branch page that is added next; the answer belongs into PageSummary::children. When they
  // become too many, forgets those of branch pages that cannot belong to the tree, because pages below `parent`
  // contradict them. Empty when there are still too many.
  std::optional<std::uint32_t> add_children(PageId parent, std::span<const std::uint32_t> children,
                                            std::uint64_t page_limit);

  // The keys at the ends of leaves: PageSummary::edges.
  KeyEdges& edges() { return edges_; }
  const KeyEdges& edges() const { return edges_; }

  // Goes through the children of a branch page in their order.
  class Children {
   public:
    Children(const PageTable& table, PageId parent, const PageSummary& summary);
    std::optional<PageId> next();
    // Position behind the last child that was returned.
    std::size_t position() const { return at_; }

   private:
    const PageTable* table_;
    std::size_t at_;
    std::uint32_t left_;
    std::int64_t previous_;
  };

 private:
  // What most pages need; long pages and odd values are in long_.
  struct Record {
    std::uint32_t crc_or_children;
    std::uint32_t low;   // last.main, or edges, or keys: its lower half
    std::uint32_t high;  // and its upper half
    std::uint32_t gap;   // last.main - first.main
    std::uint16_t flags;
    std::uint16_t unfit;
    std::uint16_t first_sub;
    std::uint16_t last_sub;
    std::uint16_t bytes;  // or, with kIsLong, the two halves of the index in long_
    std::uint16_t count;
  };
  static_assert(sizeof(Record) == 28);

  struct LongRecord {
    std::uint32_t bytes_low;
    std::uint16_t bytes_high;  // 65536 pages of 64 KiB times 65536 still fit
    std::uint16_t count;
    std::uint32_t overflow;
    std::uint32_t wide;  // index in wide_, or kNotWide
  };
  static_assert(sizeof(LongRecord) == 16);

  // Revisions that are too far apart, or have too many changes, for a record.
  struct WideKeys {
    Revision first;
    std::int64_t last_sub;
  };

  // 64 pages: which of them have a record, and how many records are before them.
  struct PageGroup {
    std::uint64_t present = 0;
    std::uint32_t before = 0;
  };

  static constexpr std::size_t kChildrenLimit = std::size_t{16} << 20U;
  // Beside those of SummaryFlag.
  static constexpr std::uint16_t kFirstIsTombstone = 1U << 13U;
  static constexpr std::uint16_t kLastIsTombstone = 1U << 14U;
  static constexpr std::uint16_t kIsLong = 1U << 15U;
  static constexpr std::uint32_t kNotWide = 0xFFFFFFFF;

  static std::uint64_t wide_value(const PageSummary& summary);
  static bool keys_fit(const PageSummary& summary);
  Record pack(const PageSummary& summary, std::optional<std::size_t> long_index);
  void pack_long(const PageSummary& summary, LongRecord& more);
  void drop_stale_children(PageId passed);
  bool may_be_live(PageId branch, const PageSummary& summary, PageId passed) const;

  ChunkedVector<Record> records_;
  ChunkedVector<LongRecord> long_;
  ChunkedVector<WideKeys> wide_;
  // Children as differences, zigzag and variable length: neighbours in the tree are mostly neighbours in the file.
  ChunkedVector<std::uint8_t, 65536> children_;
  KeyEdges edges_;
  const std::size_t first_children_limit_;
  std::size_t children_limit_;  // when to look for stale ones
  std::vector<PageGroup> groups_;
};

}  // namespace holdfast::snapshot
