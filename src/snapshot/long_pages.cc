#include "snapshot/long_pages.h"

#include <algorithm>

#include "base/crc32c.h"

namespace holdfast::snapshot {
namespace {

// What may be set aside for checkers: about 3 MiB.
constexpr std::size_t kMaxCheckers = 4096;
constexpr std::size_t kMaxCheckedItems = 128 * 1024;

// With a sink each byte of a value is looked at, once for each page that claims it, and keys are held: 16 MiB at most.
constexpr std::size_t kMaxShowingCheckers = 256;

}  // namespace

void LongPages::pass(PageId page, ByteView bytes) {
  const std::uint64_t position = page * page_size_;
  while (!leaves_.empty() && leaves_.front().wanted < position + bytes.size()) {
    std::pop_heap(leaves_.begin(), leaves_.end(), later);
    feed(leaves_.back(), position, bytes);
    if (leaves_.back().wanted == leaves_.back().data_end) {
      end(leaves_.back(), position, bytes);
      leaves_.pop_back();
    } else {
      std::push_heap(leaves_.begin(), leaves_.end(), later);
    }
  }
  running_crc_ = leaves_.empty() ? 0 : crc32c(running_crc_, bytes);
}

void LongPages::open(PageId page, const PageHeader& header, ByteView bytes) {
  PageSummary summary{.count = header.count, .overflow = header.overflow, .flags = kOnlyRecords};
  std::vector<ItemSize> items;
  switch (read_elements(bytes, header, items)) {
    case Layout::regular:
      return begin(page, bytes, summary, std::move(items));
    case Layout::broken:
      summary.set(kBroken);
      break;
    case Layout::unread:
      summary.set(kUnread);
      break;
  }
  table_.add(page, summary);
}

LongPages::Layout LongPages::read_elements(ByteView bytes, const PageHeader& header, std::vector<ItemSize>& items) {
  const std::uint64_t stop = (std::uint64_t{header.overflow} + 1) * bytes.size();
  std::uint64_t next = kPageHeaderSize + header.count * kElementSize;
  if (next > stop) return Layout::broken;
  if (next > bytes.size()) return Layout::unread;
  items.reserve(header.count);
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const std::size_t at = kPageHeaderSize + i * kElementSize;
    const std::uint8_t* const element = bytes.data() + at;
    const ItemSize size{.key = load_le<std::uint32_t>(element + 8), .value = load_le<std::uint32_t>(element + 12)};
    const std::uint64_t key_at = at + load_le<std::uint32_t>(element + 4);
    if (key_at + size.key + size.value > stop || size.key == 0) return Layout::broken;
    if (key_at != next || (load_le<std::uint32_t>(element) & kBucketLeafFlag) != 0) return Layout::unread;
    items.push_back(size);
    next += std::uint64_t{size.key} + size.value;
  }
  return Layout::regular;
}

void LongPages::begin(PageId page, ByteView bytes, PageSummary& summary, std::vector<ItemSize> items) {
  const std::size_t data_offset = kPageHeaderSize + items.size() * kElementSize;
  for (const ItemSize& item : items)
    summary.bytes += std::uint64_t{item.key} + item.value;
  const std::size_t record = table_.add(page, summary);
  if (items.empty()) return;

  const std::uint64_t position = page * page_size_;
  const std::uint64_t data_at = position + data_offset;
  const std::uint64_t data_end = data_at + summary.bytes;
  Leaf leaf{.data_end = data_end,
            .open_at = std::min(position + bytes.size(), data_end),
            .record = record,
            .checker = make_checker(page, data_at, std::move(items))};
  leaf.open_crc = crc32c(0, bytes.subspan(data_offset, static_cast<std::size_t>(leaf.open_at - data_at)));
  feed(leaf, position, bytes);
  if (leaf.wanted == leaf.data_end) return end(leaf, position, bytes);
  leaf.open_crc ^= running_crc_;
  leaves_.push_back(std::move(leaf));
  std::push_heap(leaves_.begin(), leaves_.end(), later);
}

std::unique_ptr<ItemChecker> LongPages::make_checker(PageId page, std::uint64_t data_at, std::vector<ItemSize> items) {
  if (checkers_ >= (sink_ != nullptr ? kMaxShowingCheckers : kMaxCheckers) ||
      checked_items_ + items.size() > kMaxCheckedItems)
    return nullptr;
  ++checkers_;
  checked_items_ += items.size();
  return std::make_unique<ItemChecker>(log_.seed(), page, data_at, std::move(items), sink_);
}

// Takes what the page has of the items, and says what is wanted next.
void LongPages::feed(Leaf& leaf, std::uint64_t position, ByteView bytes) const {
  const std::uint64_t page_end = position + bytes.size();
  if (leaf.checker) leaf.checker->feed(position, bytes);
  if (page_end >= leaf.data_end) {
    leaf.wanted = leaf.data_end;
    return;
  }
  leaf.wanted = leaf.data_end - 1;
  if (leaf.checker) leaf.wanted = std::min(leaf.wanted, leaf.checker->wanted());
}

void LongPages::end(const Leaf& leaf, std::uint64_t position, ByteView bytes) {
  PageSummary summary = table_.at(leaf.record);
  summary.crc = leaf.open_crc;
  if (leaf.open_at < leaf.data_end) {
    const ByteView rest = bytes.first(static_cast<std::size_t>(leaf.data_end - position));
    summary.crc = crc32c(running_crc_, rest) ^ crc32c_combine(leaf.open_crc, 0, leaf.data_end - leaf.open_at);
  }
  if (leaf.checker) {
    const std::uint32_t mark = log_.mark();
    leaf.checker->finish(summary, log_);
    log_.set_span(leaf.record, log_.since(mark));
    --checkers_;
    checked_items_ -= leaf.checker->items();
  } else {
    summary.set(kUnchecked);
  }
  table_.update(leaf.record, summary);
}

}  // namespace holdfast::snapshot
