#include "snapshot/page_summary.h"

#include "base/crc32c.h"
#include "snapshot/branch_keys.h"
#include "snapshot/bucket_facts.h"
#include "snapshot/item_form.h"

namespace holdfast::snapshot {
namespace {

// Buckets whose items are told from records by their form alone; in the others any key may stand that means nothing.
constexpr std::uint16_t kByForm = bucket_bit(BucketName::alarm) | bucket_bit(BucketName::auth_roles) |
                                  bucket_bit(BucketName::auth_users) | bucket_bit(BucketName::lease) |
                                  bucket_bit(BucketName::members) | bucket_bit(BucketName::members_removed);

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
    summary_.crc = crc32c(0, image_.subspan(data_at_, summary_.bytes));
    return summary_;
  }

 private:
  bool read_items() {
    if (data_at_ > image_.size()) return false;
    for (std::uint16_t i = 0; i < count_; ++i) {
      const auto item = leaf_item(image_, i);
      if (!item || item->key.empty()) return false;
      const auto at = static_cast<std::size_t>(item->key.data() - image_.data());
      // Nobody writes gaps, but a smaller number of elements leaves one. Items that do not overlap fit behind the
      // elements: this also bounds the work that a page can cause.
      if (at != data_end_) return false;
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
      return;
    }
    if (!key || (summary_.unfit & kByForm) != kByForm) {
      summary_.unfit = unfit_buckets(item.key, item.value, summary_.unfit);
    }
    if (key) {
      take_record(*key, item);
    } else if (is_fact_key(item.key)) {
      summary_.set(kFactItems);
    }
  }

  void take_record(const RecordKey& key, const LeafItem& item) {
    if (record_keys_++ == 0) summary_.first = key;
    summary_.last = key;
    const auto record = decode_record(item.value);
    if (!record) {
      summary_.set(kBadRecord);
      return;
    }
    summary_.flags |= wrong_record(key, item.value.empty(), !record->key.empty(), *record);
    if (log_ != nullptr) log_->add(record->key, key.tombstone);
  }

  const ByteView image_;
  const std::uint16_t count_;
  KeyLog* const log_;
  const std::size_t data_at_;
  std::size_t data_end_;  // of the items read so far
  PageSummary summary_;
  ByteView previous_;
  std::uint32_t record_keys_ = 0;
  std::uint32_t buckets_ = 0;
};

}  // namespace

PageSummary summarise_leaf(ByteView image, const PageHeader& header, KeyLog* log) {
  return LeafReader(image, header, log).read();
}

ByteView first_key(ByteView image) {
  return leaf_item(image, 0).value_or(LeafItem{}).key;
}

ByteView last_key(ByteView image, const PageHeader& header) {
  return leaf_item(image, static_cast<std::uint16_t>(header.count - 1)).value_or(LeafItem{}).key;
}

std::uint16_t wrong_record(const RecordKey& key, bool empty_value, bool has_user_key, const Record& record) {
  if (!key.tombstone && empty_value) return 0;
  const bool fits = has_user_key && (key.tombstone || record.mod_revision == key.revision.main);
  return fits ? std::uint16_t{0} : std::uint16_t{kWrongRecord};
}

PageSummary summarise_branch(ByteView image, const PageHeader& header, std::uint64_t page_limit, const HashSeed& seed,
                             std::vector<std::uint32_t>& children) {
  PageSummary summary{.count = header.count, .overflow = header.overflow, .flags = kIsBranch};
  children.clear();
  std::uint64_t used = kPageHeaderSize + header.count * kElementSize;
  BranchKeys keys;
  ByteView previous;
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const auto item = used <= image.size() ? branch_item(image, i) : std::nullopt;
    if (!item || item->key.empty() || item->child < 2 || item->child >= page_limit) break;
    if (item->key.data() != image.data() + used) break;  // as in a leaf
    used += item->key.size();
    children.push_back(static_cast<std::uint32_t>(item->child));
    if (!previous.empty() && !ascends(previous, item->key)) summary.set(kUnordered);
    previous = item->key;
    keys.add(KeyHash::of(seed, item->key));
  }
  // Keys that do not overlap fit behind the elements: this also bounds the work that a page can cause.
  if (children.empty() || children.size() < header.count || used > image.size()) summary.set(kBroken);
  summary.keys = keys.value();
  return summary;
}

}  // namespace holdfast::snapshot
