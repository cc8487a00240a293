// The pages of a database pass by, one after the other; what is needed to judge them later is kept. Private to
// snapshot/.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "snapshot/bucket_leaf.h"
#include "snapshot/free_list.h"
#include "snapshot/key_log.h"
#include "snapshot/long_pages.h"
#include "snapshot/page_table.h"
#include "snapshot/record_sink.h"

namespace holdfast::snapshot {

class PagePass {
 public:
  // `sink` (may be null) is shown the records, leases and members of all leaf pages.
  PagePass(const Meta& meta, const HashSeed& seed, const KeyLogOptions& options, RecordSink* sink = nullptr);
  PagePass(const PagePass&) = delete;
  PagePass& operator=(const PagePass&) = delete;

  // The next page, beginning with page 2; `bytes` is exactly one page.
  void take(PageId page, ByteView bytes);

  const Meta& meta() const { return meta_; }
  const PageTable& table() const { return table_; }
  const KeyLog& log() const { return log_; }
  RecordSink* sink() const { return sink_; }
  // Details of leaf pages with kBucketItems or kFactItems, kept as long as they may belong to the root or to a small
  // bucket.
  const BucketLeaf* bucket_leaf(PageId page) const;
  const BucketFacts* fact_leaf(PageId page) const;
  const FreeList& free_list() const { return free_list_; }

 private:
  // A branch page with overflow, or such a leaf that may hold something else than records: kept until it is complete.
  struct HeldPage {
    PageId page;
    PageHeader header;
    std::size_t record;
    Bytes bytes;
  };

  void take_candidate(PageId page, const PageHeader& header, ByteView bytes);
  bool may_hold(PageId page, const PageHeader& header) const;
  void hold(PageId page, const PageHeader& header, ByteView bytes, const PageSummary& summary);
  void take_branch(PageId page, const PageHeader& header, ByteView bytes);
  void hold_branch(PageId page, const PageHeader& header, ByteView bytes);
  void keep_children(PageId page, PageSummary& summary);
  void read_held(const HeldPage& held);
  void take_leaf(PageId page, const PageHeader& header, ByteView bytes);
  void feed_held(PageId page, ByteView bytes);
  PageSummary read_leaf(PageId page, const PageHeader& header, ByteView image, KeyLog::Span& span);
  void keep_buckets(PageId page, ByteView image, const PageSummary& summary);
  void keep_facts(PageId page, ByteView image, const PageSummary& summary);
  void keep_edges(ByteView image, const PageHeader& header, PageSummary& summary);
  bool may_hold_buckets(PageId page) const;

  const Meta meta_;
  RecordSink* const sink_;
  PageTable table_;
  KeyLog log_;
  LongPages long_pages_;
  FreeList free_list_;
  std::vector<HeldPage> held_;
  std::size_t held_bytes_ = 0;  // that they will have when they are complete
  std::vector<std::uint32_t> children_;
  std::map<PageId, BucketLeaf> bucket_leaves_;
  std::map<PageId, BucketFacts> fact_leaves_;
  std::vector<std::uint32_t> root_children_;  // sorted; once the root has passed and is a branch of leaves
  std::size_t kept_buckets_ = 0;              // in bucket_leaves_
  bool root_passed_ = false;
};

}  // namespace holdfast::snapshot
