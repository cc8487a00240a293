#include "snapshot/page_pass.h"

#include <algorithm>

#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

// Free pages hold old copies of the root, one for each transaction: what they say of ten buckets each is kept, 350
// bytes in all, until the root itself says which leaves it has. Nearly always it is a leaf itself and none is needed.
constexpr std::size_t kMaxKeptBuckets = 500000;
constexpr std::size_t kMaxFactLeaves = 50000;

// Leaves with buckets or facts are short: an inline bucket has at most a quarter of a page.
constexpr std::uint32_t kMaxHeldOverflow = 15;
constexpr std::uint32_t kMaxHeldRootOverflow = 255;

// Is this the first page of a long leaf that may hold buckets or facts? Records are what most long leaves hold.
bool may_hold_details(ByteView first_page, const PageHeader& header) {
  if (header.count == 0) return false;
  const std::uint8_t* const element = first_page.data() + kPageHeaderSize;
  if ((load_le<std::uint32_t>(element) & kBucketLeafFlag) != 0) return true;
  const std::size_t at = kPageHeaderSize + load_le<std::uint32_t>(element + 4);
  const std::size_t size = load_le<std::uint32_t>(element + 8);
  return at + size <= first_page.size() && !read_record_key(first_page.subspan(at, size));
}

}  // namespace

PagePass::PagePass(const Meta& meta, const HashSeed& seed, const KeyLogOptions& options)
    : meta_(meta), log_(seed, options), long_pages_(table_, log_, meta.page_size) {}

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
  if (!held_.empty()) feed_held(page, bytes);
  const PageHeader header = read_page_header(bytes);
  if (page == meta_.root) root_passed_ = true;
  if (header.id != page || header.overflow >= meta_.high_water_mark - page) return;
  if (header.flags == kFreelistPage && page == meta_.freelist) freelist_overflow_ = header.overflow;
  if (header.flags == kBranchPage || header.flags == kLeafPage) take_candidate(page, header, bytes);
}

void PagePass::take_candidate(PageId page, const PageHeader& header, ByteView bytes) {
  if (header.flags == kBranchPage) {
    take_branch(page, header, bytes);
  } else if (header.overflow == 0) {
    take_leaf(page, header, bytes);
  } else if (may_hold_details(bytes, header)) {
    hold_leaf(page, header, bytes);
  } else {
    long_pages_.open(page, header, bytes);
  }
}

// A branch page with overflow has few long keys: its elements are in the first page, and nothing else matters.
void PagePass::take_branch(PageId page, const PageHeader& header, ByteView bytes) {
  PageSummary summary = summarise_branch(bytes, header, meta_.high_water_mark, children_);
  if (!summary.has(kBroken) && !summary.has(kUnread)) {
    const auto children = table_.add_children(page, children_, meta_.high_water_mark);
    summary.children = children.value_or(0);
    if (!children) summary.set(kUnread);
  }
  table_.add(page, summary);
  if (page == meta_.root) {
    root_children_ = children_;
    std::sort(root_children_.begin(), root_children_.end());
    std::erase_if(bucket_leaves_, [this](const auto& leaf) { return !may_hold_buckets(leaf.first); });
  }
}

void PagePass::take_leaf(PageId page, const PageHeader& header, ByteView bytes) {
  KeyLog::Span span{0, 0};
  const PageSummary summary = read_leaf(page, header, bytes, span);
  const std::size_t record = table_.add(page, summary);
  if (span.count > 0) log_.set_span(record, span);
}

void PagePass::hold_leaf(PageId page, const PageHeader& header, ByteView bytes) {
  if (header.overflow > (page == meta_.root ? kMaxHeldRootOverflow : kMaxHeldOverflow)) {
    return long_pages_.open(page, header, bytes);
  }
  const std::size_t record = table_.add(page, {.count = header.count, .overflow = header.overflow});
  held_.push_back({.page = page, .header = header, .record = record, .bytes = {bytes.begin(), bytes.end()}});
}

void PagePass::feed_held(PageId page, ByteView bytes) {
  for (HeldPage& held : held_) {
    held.bytes.insert(held.bytes.end(), bytes.begin(), bytes.end());
    if (page < held.page + held.header.overflow) continue;
    KeyLog::Span span{0, 0};
    table_.update(held.record, read_leaf(held.page, held.header, held.bytes, span));
    if (span.count > 0) log_.set_span(held.record, span);
    held.bytes.clear();
  }
  std::erase_if(held_, [](const HeldPage& held) { return held.bytes.empty(); });
}

PageSummary PagePass::read_leaf(PageId page, const PageHeader& header, ByteView image, KeyLog::Span& span) {
  const std::uint32_t mark = log_.mark();
  const PageSummary summary = summarise_leaf(image, header, &log_);
  span = log_.since(mark);
  if (summary.has(kBucketItems)) keep_buckets(page, image, summary);
  if (summary.has(kFactItems)) keep_facts(page, image, summary);
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

void PagePass::keep_facts(PageId page, ByteView image, const PageSummary& summary) {
  if (fact_leaves_.size() == kMaxFactLeaves) return;
  fact_leaves_[page] = read_fact_leaf(image, static_cast<std::uint16_t>(summary.count));
}

}  // namespace holdfast::snapshot
