// Walks the tree of one bucket with a doctor's eye: page numbers, kinds, overflow, elements, order of keys within
// pages, between pages and against the branch above. Damage becomes a finding, and what hangs below a damaged page is
// left out. Never recursive, never more than a few megabytes, whatever the pages say. Private to snapshot/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "snapshot/bolt_format.h"
#include "snapshot/findings.h"
#include "snapshot/page_reader.h"
#include "snapshot/page_walk.h"
#include "snapshot/record_stream.h"

namespace holdfast::snapshot {

// One item of a leaf page or an inline bucket.
struct TreeItem {
  PageId page = 0;  // the leaf, or the page that holds the inline bucket
  ByteView key;
  ByteView value;                        // empty when it is too long to be held
  const RecordStream* record = nullptr;  // instead: such a value, decoded as a record
  bool is_bucket = false;
};
using ItemVisitor = std::function<void(const TreeItem&)>;

struct TreeTotals {
  std::uint32_t crc = 0;    // CRC-32C over key and value of each item, in key order
  std::uint64_t bytes = 0;  // what it covers
  std::uint64_t items = 0;
};

class TreeChecker {
 public:
  // `met` gets every page that is reached. `on_pages` is told how many pages were read; `seed` is for TreeItem::record.
  TreeChecker(PageReader& reader, const Meta& meta, const HashSeed& seed, PageSet& met, Findings& findings,
              std::function<void(std::uint64_t)> on_pages)
      : reader_(reader), meta_(meta), seed_(seed), met_(met), findings_(findings), on_pages_(std::move(on_pages)) {}

  // The tree under page `root`. An error means that the file could not be read.
  Result<TreeTotals> check(std::string_view bucket, PageId root, const ItemVisitor& visit);
  // A leaf image inside a value of page `page`.
  TreeTotals check_inline(std::string_view bucket, PageId page, ByteView image, const ItemVisitor& visit);

 private:
  struct Child {
    PageId page;
    std::size_t key_at;  // in Branch::keys
    std::size_t key_size;
  };
  // Keys under a child begin with its own and are less than the next one's.
  struct Bounds {
    ByteView least;
    ByteView limit;  // empty: none
  };
  struct LeafSizes {
    std::uint32_t flags;
    std::uint32_t key;
    std::uint32_t value;
  };
  struct Branch {
    std::vector<Child> children;
    Bytes keys;
    Bytes limit;
    std::size_t next = 0;
  };

  std::string where(PageId page) const { return at_page(bucket_, page); }
  bool meet(PageId page, std::uint64_t count);
  Result<std::optional<PageHeader>> read_header(PageId page);
  Status visit_page(PageId page, const Bounds& bounds);
  Status push_branch(PageId page, const PageHeader& header, const Bounds& bounds);
  bool read_branch(PageId page, ByteView image, const PageHeader& header, const Bounds& bounds, Branch& branch);
  void report_gap(PageId page);
  Status visit_leaf(PageId page, const PageHeader& header, const Bounds& bounds);
  void check_image(PageId page, ByteView image, std::uint16_t count, const Bounds& bounds);
  Status check_long_leaf(PageId page, const PageHeader& header, const Bounds& bounds);
  Status check_long_item(PageId page, std::uint64_t key_at, const LeafSizes& sizes, const Bounds& bounds, bool first);
  Status check_huge_value(TreeItem& item, std::uint64_t value_at, std::uint64_t size);
  void check_first_key(PageId page, ByteView key, const Bounds& bounds);
  bool check_key(PageId page, ByteView key, const Bounds& bounds);

  PageReader& reader_;
  const Meta& meta_;
  const HashSeed seed_;
  PageSet& met_;
  Findings& findings_;
  const std::function<void(std::uint64_t)> on_pages_;

  // Of the tree being checked.
  std::string_view bucket_;
  const ItemVisitor* visit_ = nullptr;
  TreeTotals totals_;
  std::vector<Branch> path_;
  Bytes last_key_;
  bool has_last_key_ = false;
};

}  // namespace holdfast::snapshot
