#include "snapshot/key_log.h"

#include <bit>

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kExists = 1;

}  // namespace

void KeyLog::add_hash(std::uint64_t hash, bool tombstone) {
  // The upper half of the hash chooses the part, evenly.
  if (gave_up_ || ((hash >> 32U) * options_.parts) >> 32U != options_.part) return;
  if (entries_.size() == options_.max_records) {
    gave_up_ = true;
    entries_.clear();
    spans_.clear();
    return;
  }
  entries_.push_back((hash & ~kExists) | (tombstone ? 0 : kExists));
}

void KeyLog::set_span(std::size_t page_index, const Span& span) {
  if (gave_up_) return;
  // Long pages end after pages that began later.
  while (spans_.size() <= page_index)
    spans_.push_back({0, 0});
  spans_[page_index] = span;
}

LiveKeyCounter::LiveKeyCounter(std::uint64_t max_keys)
    : slots_(std::bit_ceil(static_cast<std::size_t>(max_keys + max_keys / 3 + 1))), mask_(slots_.size() - 1) {}

void LiveKeyCounter::replay(std::uint64_t entry) {
  // A hash of nothing but zeros would look like a free slot.
  const std::uint64_t key = (entry & ~kExists) == 0 ? 2 : entry & ~kExists;
  std::size_t at = static_cast<std::size_t>(key >> 1U) & mask_;
  while (slots_[at] != 0 && (slots_[at] & ~kExists) != key)
    at = (at + 1) & mask_;
  const bool existed = (slots_[at] & kExists) != 0;
  const bool exists = (entry & kExists) != 0;
  slots_[at] = key | (exists ? kExists : 0);
  if (exists && !existed) ++live_;
  if (!exists && existed) --live_;
}

}  // namespace holdfast::snapshot
