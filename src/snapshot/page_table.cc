#include "snapshot/page_table.h"

#include <algorithm>
#include <bit>

namespace holdfast::snapshot {
namespace {

constexpr unsigned kGroupBits = 6;
constexpr PageId kGroupMask = (1U << kGroupBits) - 1;
constexpr std::size_t kMaxChildBytes = 0xFFF00000;   // one more page of them still has 32-bit positions
constexpr std::uint64_t kMaxChildBytesPerPage = 16;  // of the file; the tree itself needs two or three

}  // namespace

std::size_t PageTable::add(PageId page, const PageSummary& summary) {
  const auto group = static_cast<std::size_t>(page >> kGroupBits);
  while (groups_.size() <= group)
    groups_.push_back({.before = static_cast<std::uint32_t>(records_.size())});
  groups_[group].present |= std::uint64_t{1} << (page & kGroupMask);
  records_.push_back(pack(summary, std::nullopt));
  return records_.size() - 1;
}

void PageTable::update(std::size_t index, const PageSummary& summary) {
  const Record& old = records_[index];
  std::optional<std::size_t> long_index;
  if ((old.flags & kIsLong) != 0) long_index = old.bytes | static_cast<std::size_t>(old.count) << 16U;
  records_[index] = pack(summary, long_index);
}

// What the kinds of pages have in the same place.
std::uint64_t PageTable::wide_value(const PageSummary& summary) {
  if (summary.has(kIsBranch)) return summary.keys;
  if (summary.has(kRecordKeys)) return static_cast<std::uint64_t>(summary.last.revision.main);
  return summary.edges;
}

bool PageTable::keys_fit(const PageSummary& summary) {
  const Revision& first = summary.first.revision;
  const Revision& last = summary.last.revision;
  // Unordered keys may be any.
  const std::uint64_t gap = static_cast<std::uint64_t>(last.main) - static_cast<std::uint64_t>(first.main);
  return gap <= 0xFFFFFFFF && first.sub <= 0xFFFF && last.sub <= 0xFFFF;
}

PageTable::Record PageTable::pack(const PageSummary& summary, std::optional<std::size_t> long_index) {
  const std::uint64_t wide = wide_value(summary);
  const Revision& first = summary.first.revision;
  const Revision& last = summary.last.revision;
  Record record{
      .crc_or_children = summary.has(kIsBranch) ? summary.children : summary.crc,
      .low = static_cast<std::uint32_t>(wide),
      .high = static_cast<std::uint32_t>(wide >> 32U),
      .gap = static_cast<std::uint32_t>(static_cast<std::uint64_t>(last.main) - static_cast<std::uint64_t>(first.main)),
      .flags = summary.flags,
      .unfit = summary.unfit,
      .first_sub = static_cast<std::uint16_t>(first.sub),
      .last_sub = static_cast<std::uint16_t>(last.sub),
      .bytes = static_cast<std::uint16_t>(summary.bytes),
      .count = static_cast<std::uint16_t>(summary.count)};
  if (summary.first.tombstone) record.flags |= kFirstIsTombstone;
  if (summary.last.tombstone) record.flags |= kLastIsTombstone;
  if (summary.overflow == 0 && summary.bytes <= 0xFFFF && keys_fit(summary) && !long_index) return record;
  if (!long_index) {
    long_index = long_.size();
    long_.push_back({.wide = kNotWide});
  }
  pack_long(summary, long_[*long_index]);
  record.flags |= kIsLong;
  record.bytes = static_cast<std::uint16_t>(*long_index);
  record.count = static_cast<std::uint16_t>(*long_index >> 16U);
  return record;
}

void PageTable::pack_long(const PageSummary& summary, LongRecord& more) {
  more.bytes_low = static_cast<std::uint32_t>(summary.bytes);
  more.bytes_high = static_cast<std::uint16_t>(summary.bytes >> 32U);
  more.count = static_cast<std::uint16_t>(summary.count);
  more.overflow = summary.overflow;
  if (keys_fit(summary) && more.wide == kNotWide) return;
  const WideKeys keys{.first = summary.first.revision, .last_sub = summary.last.revision.sub};
  if (more.wide == kNotWide) {
    more.wide = static_cast<std::uint32_t>(wide_.size());
    wide_.push_back(keys);
  } else {
    wide_[more.wide] = keys;
  }
}

std::optional<std::size_t> PageTable::find(PageId page) const {
  const auto group = static_cast<std::size_t>(page >> kGroupBits);
  if (group >= groups_.size()) return std::nullopt;
  const std::uint64_t bit = std::uint64_t{1} << (page & kGroupMask);
  if ((groups_[group].present & bit) == 0) return std::nullopt;
  return groups_[group].before + static_cast<std::size_t>(std::popcount(groups_[group].present & (bit - 1)));
}

PageSummary PageTable::at(std::size_t index) const {
  const Record& record = records_[index];
  constexpr unsigned kOwnFlags = kIsLong | kFirstIsTombstone | kLastIsTombstone;
  PageSummary summary{.flags = static_cast<std::uint16_t>(record.flags & ~kOwnFlags), .unfit = record.unfit};
  (summary.has(kIsBranch) ? summary.children : summary.crc) = record.crc_or_children;
  summary.bytes = record.bytes;
  summary.count = record.count;
  std::uint32_t wide_keys = kNotWide;
  if ((record.flags & kIsLong) != 0) {
    const LongRecord& more = long_[record.bytes | static_cast<std::size_t>(record.count) << 16U];
    summary.bytes = more.bytes_low | std::uint64_t{more.bytes_high} << 32U;
    summary.overflow = more.overflow;
    summary.count = more.count;
    wide_keys = more.wide;
  }
  const std::uint64_t wide = record.low | std::uint64_t{record.high} << 32U;
  if (summary.has(kIsBranch)) {
    summary.keys = wide;
  } else if (!summary.has(kRecordKeys)) {
    summary.edges = record.low;
  } else {
    summary.first = {.revision = {.main = static_cast<std::int64_t>(wide - record.gap), .sub = record.first_sub},
                     .tombstone = (record.flags & kFirstIsTombstone) != 0};
    summary.last = {.revision = {.main = static_cast<std::int64_t>(wide), .sub = record.last_sub},
                    .tombstone = (record.flags & kLastIsTombstone) != 0};
    if (wide_keys != kNotWide) {
      summary.first.revision = wide_[wide_keys].first;
      summary.last.revision.sub = wide_[wide_keys].last_sub;
    }
  }
  return summary;
}

std::optional<std::uint32_t> PageTable::add_children(PageId parent, std::span<const std::uint32_t> children,
                                                     std::uint64_t page_limit) {
  if (children_.size() > children_limit_) {
    drop_stale_children(parent);
    children_limit_ = std::max(first_children_limit_, 2 * children_.size());
  }
  const std::uint64_t most = std::max<std::uint64_t>(first_children_limit_, kMaxChildBytesPerPage * page_limit);
  if (children_.size() > std::min<std::uint64_t>(most, kMaxChildBytes)) return std::nullopt;
  const auto start = static_cast<std::uint32_t>(children_.size());
  auto previous = static_cast<std::int64_t>(parent);
  for (const std::uint32_t child : children) {
    const std::int64_t difference = child - previous;
    auto zigzag = (static_cast<std::uint64_t>(difference) << 1U) ^ static_cast<std::uint64_t>(difference >> 63);
    for (; zigzag >= 0x80; zigzag >>= 7U)
      children_.push_back(static_cast<std::uint8_t>(zigzag | 0x80U));
    children_.push_back(static_cast<std::uint8_t>(zigzag));
    previous = child;
  }
  return start;
}

// Free pages are full of former branch pages, which name children that have become something else.
bool PageTable::may_be_live(PageId branch, const PageSummary& summary, PageId passed) const {
  Children children(*this, branch, summary);
  Revision last;
  while (const auto child = children.next()) {
    if (*child >= passed) continue;
    const auto index = find(*child);
    if (!index) return false;
    const PageSummary leaf = at(*index);
    if (leaf.has(kBroken) || (leaf.has(kRecordKeys) && leaf.first.revision < last)) return false;
    if (leaf.has(kRecordKeys)) last = leaf.last.revision;
  }
  return true;
}

void PageTable::drop_stale_children(PageId passed) {
  std::size_t kept = 0;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    std::size_t index = groups_[group].before;
    for (std::uint64_t present = groups_[group].present; present != 0; present &= present - 1, ++index) {
      PageSummary summary = at(index);
      if (!summary.has(kIsBranch) || summary.has(kBroken) || summary.has(kUnread)) continue;
      const PageId page = (group << kGroupBits) + static_cast<PageId>(std::countr_zero(present));
      if (!may_be_live(page, summary, passed)) {
        summary.set(kBroken);
      } else {
        // Lists lie in the order of their pages, so each moves down or stays.
        Children children(*this, page, summary);
        while (children.next()) {
        }
        const std::size_t start = summary.children;
        summary.children = static_cast<std::uint32_t>(kept);
        for (std::size_t at = start; at < children.position(); ++at)
          children_[kept++] = children_[at];
      }
      update(index, summary);
    }
  }
  children_.truncate(kept);
}

PageTable::Children::Children(const PageTable& table, PageId parent, const PageSummary& summary)
    : table_(&table), at_(summary.children), left_(summary.count), previous_(static_cast<std::int64_t>(parent)) {}

std::optional<PageId> PageTable::Children::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  std::uint64_t zigzag = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = table_->children_[at_++];
    zigzag |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) break;
  }
  previous_ += static_cast<std::int64_t>(zigzag >> 1U) ^ -static_cast<std::int64_t>(zigzag & 1U);
  return static_cast<PageId>(previous_);
}

}  // namespace holdfast::snapshot
