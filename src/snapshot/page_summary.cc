#include "snapshot/page_summary.h"

#include "base/crc32c.h"
#include "snapshot/bucket_facts.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

bool ascends(ByteView before, ByteView after) {
  return as_text(before) < as_text(after);
}

// Goes through the items of one leaf.
class LeafReader {
 public:
  LeafReader(ByteView image, const PageHeader& header, KeyLog* log)
      : image_(image),
        count_(header.count),
        log_(log),
        data_at_(kPageHeaderSize + count_ * kElementSize),
        data_end_(data_at_) {
    summary_.count = count_;
    summary_.overflow = header.overflow;
  }

  PageSummary read() {
    const std::uint32_t mark = log_ != nullptr ? log_->mark() : 0;
    if (!read_items()) {
      if (log_ != nullptr) log_->rollback(mark);
      summary_.set(kBroken);
      return summary_;
    }
    if (count_ > 0 && record_keys_ == count_) summary_.set(kRecordKeys);
    if (count_ > 0 && buckets_ == count_) summary_.set(kBucketItems);
    summary_.bytes = data_end_ - data_at_;
    summary_.crc = in_one_piece_ ? crc32c(0, image_.subspan(data_at_, summary_.bytes)) : crc_item_by_item();
    return summary_;
  }

 private:
  bool read_items() {
    if (data_at_ > image_.size()) return false;
    for (std::uint16_t i = 0; i < count_; ++i) {
      const auto item = leaf_item(image_, i);
      if (!item || item->key.empty()) return false;
      const auto at = static_cast<std::size_t>(item->key.data() - image_.data());
      in_one_piece_ = in_one_piece_ && at == data_end_;
      // Items that do not overlap fit behind the elements: this also bounds the work that a page can cause.
      data_end_ += item->key.size() + item->value.size();
      if (data_end_ > image_.size()) return false;
      take(*item);
    }
    return buckets_ == 0 || buckets_ == count_;
  }

  void take(const LeafItem& item) {
    const auto key = read_record_key(item.key);
    if (!previous_.empty() && !ascends(previous_, item.key)) summary_.set(kUnordered);
    previous_ = item.key;
    if (item.is_bucket()) {
      ++buckets_;
    } else if (key) {
      take_record(*key, item);
    } else if (is_fact_key(item.key)) {
      summary_.set(kFactItems);
    }
  }

  void take_record(const RecordKey& key, const LeafItem& item) {
    if (record_keys_++ == 0) summary_.first_main = key.revision.main;
    summary_.last_main = key.revision.main;
    const auto record = decode_record(item.value);
    if (!record) {
      summary_.set(kBadRecord);
    } else if (log_ != nullptr) {
      log_->add(record->key, key.tombstone);
    }
  }

  std::uint32_t crc_item_by_item() const {
    std::uint32_t crc = 0;
    for (std::uint16_t i = 0; i < count_; ++i) {
      const auto item = leaf_item(image_, i);
      if (item) crc = crc32c(crc32c(crc, item->key), item->value);
    }
    return crc;
  }

  const ByteView image_;
  const std::uint16_t count_;
  KeyLog* const log_;
  const std::size_t data_at_;
  std::size_t data_end_;  // where it ends when there are no gaps
  PageSummary summary_;
  ByteView previous_;
  std::uint32_t record_keys_ = 0;
  std::uint32_t buckets_ = 0;
  bool in_one_piece_ = true;
};

}  // namespace

PageSummary summarise_leaf(ByteView image, const PageHeader& header, KeyLog* log) {
  return LeafReader(image, header, log).read();
}

PageSummary summarise_branch(ByteView first_page, const PageHeader& header, std::uint64_t page_limit,
                             std::vector<std::uint32_t>& children) {
  PageSummary summary{.count = header.count, .overflow = header.overflow, .flags = kIsBranch};
  const std::uint64_t stop = (std::uint64_t{header.overflow} + 1) * first_page.size();
  const std::uint64_t elements_end = kPageHeaderSize + header.count * kElementSize;
  children.clear();
  if (header.count == 0 || elements_end > stop) {
    summary.set(kBroken);
    return summary;
  }
  if (elements_end > first_page.size()) {
    summary.set(kUnread);
    return summary;
  }
  ByteView previous;
  for (std::uint32_t i = 0; i < header.count; ++i) {
    const std::size_t at = kPageHeaderSize + i * kElementSize;
    const std::uint8_t* const element = first_page.data() + at;
    const std::uint64_t key_at = at + load_le<std::uint32_t>(element);
    const auto key_size = load_le<std::uint32_t>(element + 4);
    const auto child = load_le<std::uint64_t>(element + 8);
    if (key_size == 0 || key_at + key_size > stop || child < 2 || child >= page_limit) {
      summary.set(kBroken);
      return summary;
    }
    children.push_back(static_cast<std::uint32_t>(child));
    // Keys of a long branch page may lie beyond its first page: what is not here is not compared.
    if (key_at + key_size > first_page.size()) continue;
    const ByteView key = first_page.subspan(static_cast<std::size_t>(key_at), key_size);
    if (!previous.empty() && !ascends(previous, key)) summary.set(kUnordered);
    previous = key;
  }
  return summary;
}

}  // namespace holdfast::snapshot
