#include "snapshot/page_pass.h"

#include <algorithm>

#include "snapshot/leaf_lister.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

// Free pages hold old copies of the root, one for each transaction: what they say of ten buckets each is kept, 350
// bytes in all, until the root itself says which leaves it has. Nearly always it is a leaf itself and none is needed.
constexpr std::size_t kMaxKeptBuckets = 500000;
constexpr std::size_t kMaxFactLeaves = 50000;

// Pages with overflow that hold something else than records are few and short: branch pages of four long keys, a role
// with many permissions. Those of up to so many pages are held whatever else is held; longer ones share a limit.
constexpr std::uint32_t kAlwaysHeldOverflow = 15;
constexpr std::size_t kMaxHeldBytes = 4 * kMiB;

// Is this the first page of a long leaf that may hold something else than records? These are what most long leaves
// hold.
bool may_hold_other_items(ByteView first_page, const PageHeader& header) {
  if (header.count == 0) return false;
  const std::uint8_t* const element = first_page.data() + kPageHeaderSize;
  if ((load_le<std::uint32_t>(element) & kBucketLeafFlag) != 0) return true;
  const std::size_t at = kPageHeaderSize + load_le<std::uint32_t>(element + 4);
  const std::size_t size = load_le<std::uint32_t>(element + 8);
  if (size != kRevisionKeySize && size != kTombstoneKeySize) return true;
  return at + size <= first_page.size() && !read_record_key(first_page.subspan(at, size));
}

}  // namespace

PagePass::PagePass(const Meta& meta, const HashSeed& seed, const KeyLogOptions& options, RecordSink* sink)
    : meta_(meta),
      sink_(sink),
      log_(seed, options),
      long_pages_(table_, log_, meta.page_size, sink),
      free_list_(meta) {}

const BucketLeaf* PagePass::bucket_leaf(PageId page) const {
  const auto found = bucket_leaves_.find(page);
  return found == bucket_leaves_.end() ? nullptr : &found->second;
}

const BucketFacts* PagePass::fact_leaf(PageId page) const {
  const auto found = fact_leaves_.find(page);
  return found == fact_leaves_.end() ? nullptr : &found->second;
}

void PagePass::take(PageId page, ByteView bytes) {
  long_pages_.pass(page, bytes);
  free_list_.pass(page, bytes);
  if (!held_.empty()) feed_held(page, bytes);
  const PageHeader header = read_page_header(bytes);
  if (page == meta_.root) root_passed_ = true;
  if (header.id != page || header.overflow >= meta_.high_water_mark - page) return;
  if (header.flags == kBranchPage || header.flags == kLeafPage) take_candidate(page, header, bytes);
}

void PagePass::take_candidate(PageId page, const PageHeader& header, ByteView bytes) {
  if (header.flags == kBranchPage) {
    take_branch(page, header, bytes);
  } else if (header.overflow == 0) {
    take_leaf(page, header, bytes);
  } else if (may_hold_other_items(bytes, header) && may_hold(page, header)) {
    hold(page, header, bytes, {.count = header.count, .overflow = header.overflow});
  } else {
    long_pages_.open(page, header, bytes);
  }
}

void PagePass::take_branch(PageId page, const PageHeader& header, ByteView bytes) {
  if (header.overflow > 0) return hold_branch(page, header, bytes);
  PageSummary summary = summarise_branch(bytes, header, meta_.high_water_mark, log_.seed(), children_);
  if (!summary.has(kBroken)) keep_children(page, summary);
  table_.add(page, summary);
}

// A branch page with overflow has few long keys: its elements are in the first page. The table wants the children of
// branch pages in the order of these, so they are not left for later as the keys are.
void PagePass::hold_branch(PageId page, const PageHeader& header, ByteView bytes) {
  PageSummary summary{.count = header.count, .overflow = header.overflow, .flags = kIsBranch};
  if (!page_elements_fit(bytes, header) || !may_hold(page, header)) {
    summary.set(kUnread);
    table_.add(page, summary);
    return;
  }
  children_.clear();
  for (std::size_t i = 0; i < header.count; ++i) {
    const auto child = load_le<std::uint64_t>(bytes.data() + kPageHeaderSize + i * kElementSize + 8);
    if (child < 2 || child >= meta_.high_water_mark) summary.set(kBroken);
    children_.push_back(static_cast<std::uint32_t>(child));
  }
  if (!summary.has(kBroken)) keep_children(page, summary);
  hold(page, header, bytes, summary);
}

void PagePass::keep_children(PageId page, PageSummary& summary) {
  const auto children = table_.add_children(page, children_, meta_.high_water_mark);
  summary.children = children.value_or(0);
  if (!children) summary.set(kUnread);
  if (page != meta_.root) return;
  root_children_ = children_;
  std::sort(root_children_.begin(), root_children_.end());
  std::erase_if(bucket_leaves_, [this](const auto& leaf) { return !may_hold_buckets(leaf.first); });
}

void PagePass::take_leaf(PageId page, const PageHeader& header, ByteView bytes) {
  KeyLog::Span span{0, 0};
  const PageSummary summary = read_leaf(page, header, bytes, span);
  const std::size_t record = table_.add(page, summary);
  if (span.count > 0) log_.set_span(record, span);
}

bool PagePass::may_hold(PageId page, const PageHeader& header) const {
  if (header.overflow <= kAlwaysHeldOverflow) return true;
  const std::uint64_t size = (std::uint64_t{header.overflow} + 1) * meta_.page_size;
  return size <= kMaxHeldBytes && (page == meta_.root || size <= kMaxHeldBytes - std::min(kMaxHeldBytes, held_bytes_));
}

void PagePass::hold(PageId page, const PageHeader& header, ByteView bytes, const PageSummary& summary) {
  const std::size_t record = table_.add(page, summary);
  held_.push_back({.page = page, .header = header, .record = record, .bytes = {bytes.begin(), bytes.end()}});
  held_bytes_ += (std::size_t{header.overflow} + 1) * meta_.page_size;
}

void PagePass::feed_held(PageId page, ByteView bytes) {
  for (HeldPage& held : held_) {
    held.bytes.insert(held.bytes.end(), bytes.begin(), bytes.end());
    if (page < held.page + held.header.overflow) continue;
    read_held(held);
    held_bytes_ -= held.bytes.size();
    held.bytes.clear();
  }
  std::erase_if(held_, [](const HeldPage& held) { return held.bytes.empty(); });
}

void PagePass::read_held(const HeldPage& held) {
  if (held.header.flags == kBranchPage) {
    const PageSummary before = table_.at(held.record);
    PageSummary summary = summarise_branch(held.bytes, held.header, meta_.high_water_mark, log_.seed(), children_);
    summary.children = before.children;
    summary.flags |= before.flags;
    table_.update(held.record, summary);
    return;
  }
  KeyLog::Span span{0, 0};
  table_.update(held.record, read_leaf(held.page, held.header, held.bytes, span));
  if (span.count > 0) log_.set_span(held.record, span);
}

PageSummary PagePass::read_leaf(PageId page, const PageHeader& header, ByteView image, KeyLog::Span& span) {
  const std::uint32_t mark = log_.mark();
  PageSummary summary = summarise_leaf(image, header, &log_);
  span = log_.since(mark);
  keep_edges(image, header, summary);
  if (summary.has(kBucketItems)) keep_buckets(page, image, summary);
  if (summary.has(kFactItems)) keep_facts(page, image, summary);
  if (sink_ != nullptr) list_leaf(page, image, summary, *sink_);
  return summary;
}

// While the root has not passed, any leaf with buckets may be one of its children.
bool PagePass::may_hold_buckets(PageId page) const {
  if (page == meta_.root || !root_passed_) return true;
  return std::binary_search(root_children_.begin(), root_children_.end(), page);
}

void PagePass::keep_buckets(PageId page, ByteView image, const PageSummary& summary) {
  if (page == meta_.root) {
    bucket_leaves_.clear();
    kept_buckets_ = 0;
  }
  if (!may_hold_buckets(page)) return;
  if (kept_buckets_ + summary.count > kMaxKeptBuckets) return;
  kept_buckets_ += summary.count;
  const auto count = static_cast<std::uint16_t>(summary.count);
  bucket_leaves_[page] = read_bucket_leaf(image, count, meta_.high_water_mark, &log_);
}

// Keys that are revisions are in the summary itself.
void PagePass::keep_edges(ByteView image, const PageHeader& header, PageSummary& summary) {
  if (header.count == 0 || summary.has(kBroken) || summary.has(kRecordKeys)) return;
  const auto edges = table_.edges().add(first_key(image), last_key(image, header), meta_.high_water_mark);
  summary.edges = edges.value_or(0);
  if (!edges) summary.set(kUnread);
}

void PagePass::keep_facts(PageId page, ByteView image, const PageSummary& summary) {
  if (fact_leaves_.size() == kMaxFactLeaves) return;
  fact_leaves_[page] = read_fact_leaf(image, static_cast<std::uint16_t>(summary.count));
}

}  // namespace holdfast::snapshot
