#include "snapshot/item_checker.h"

#include <algorithm>

namespace holdfast::snapshot {
namespace {

// False only when it is certain that the keys do not ascend: only their beginnings are known.
bool may_ascend(ByteView before, std::uint32_t before_size, ByteView after, std::uint32_t after_size) {
  const std::size_t common = std::min(before.size(), after.size());
  const int order = as_text(before.first(common)).compare(as_text(after.first(common)));
  if (order != 0) return order < 0;
  const bool both_cut = before_size > before.size() && after_size > after.size();
  return both_cut || before_size < after_size;
}

}  // namespace

ItemChecker::ItemChecker(const HashSeed& seed, PageId page, std::uint64_t data_at, std::vector<ItemSize> items,
                         RecordSink* sink)
    : seed_(seed), page_(page), sink_(sink), items_(std::move(items)), wanted_(items_.empty() ? end() : data_at) {}

void ItemChecker::feed(std::uint64_t position, ByteView bytes) {
  const std::uint64_t stop = position + bytes.size();
  while (wanted_ < stop) {
    const ByteView rest = bytes.subspan(static_cast<std::size_t>(wanted_ - position));
    wanted_ += in_value_ ? take_value(rest) : take_key(rest);
    if (in_value_ && value_left_ == 0) end_item();
  }
}

// Answers how far to go on from here, which may be beyond `bytes`.
std::size_t ItemChecker::take_key(ByteView bytes) {
  const std::uint32_t size = items_[item_].key;
  const auto keep = static_cast<std::uint32_t>(std::min<std::size_t>(size, key_.bytes.size()));
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(keep - key_got_, bytes.size()));
  std::copy_n(bytes.begin(), count, key_.bytes.begin() + key_got_);
  key_got_ += count;
  if (key_got_ < keep) return count;
  key_.size = size;
  end_key();
  return count + (size - keep);
}

void ItemChecker::end_key() {
  if (item_ > 0 && !may_ascend(previous_.view(), previous_.size, key_.view(), key_.size)) flags_ |= kUnordered;
  record_key_ = read_record_key(key_.size <= key_.bytes.size() ? key_.view() : ByteView());
  value_left_ = items_[item_].value;
  in_value_ = true;
  if (record_key_) {
    if (record_keys_++ == 0) first_ = *record_key_;
    last_ = *record_key_;
    record_.emplace(seed_, value_left_);
    if (sink_ != nullptr) record_->keep_content(sink_->digest_seed(), kMaxListedKey);
  }
}

std::size_t ItemChecker::take_value(ByteView bytes) {
  if (!record_) return static_cast<std::size_t>(std::exchange(value_left_, 0));
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(value_left_, bytes.size()));
  record_->feed(bytes.first(count));
  const std::uint64_t skip = record_->skippable();
  record_->skip(skip);
  value_left_ = record_->left();
  return count + static_cast<std::size_t>(skip);
}

void ItemChecker::end_item() {
  if (record_) {
    if (record_->decodes()) {
      flags_ |= wrong_record(*record_key_, items_[item_].value == 0, record_->has_key(), record_->record());
      seen_.push_back({.key_hash = record_->key_hash(), .tombstone = record_key_->tombstone});
      if (sink_ != nullptr && record_->has_key()) show_record();
    } else {
      flags_ |= kBadRecord;
    }
  }
  record_.reset();
  previous_ = key_;
  key_got_ = 0;
  in_value_ = false;
  if (++item_ == items_.size()) wanted_ = end();
}

void ItemChecker::show_record() const {
  const RecordStream::Content& content = record_->content();
  if (content.key_too_long) return sink_->take_long_key(page_);
  ListedRecord listed{.revision = *record_key_, .key = content.key};
  if (!record_key_->tombstone) {
    listed.create_revision = record_->record().create_revision;
    listed.version = record_->record().version;
    listed.lease = record_->record().lease;
    listed.value_size = content.value_size;
    listed.value_digest = content.value_digest;
  }
  sink_->take_record(page_, listed);
}

void ItemChecker::finish(PageSummary& summary, KeyLog& log) const {
  summary.flags |= flags_;
  if (record_keys_ == items_.size()) summary.set(kRecordKeys);
  summary.first = first_;
  summary.last = last_;
  for (const SeenRecord& record : seen_)
    log.add_hash(record.key_hash, record.tombstone);
}

}  // namespace holdfast::snapshot
