#include "snapshot/small_buckets.h"

#include <algorithm>
#include <optional>

#include "snapshot/item_form.h"

namespace holdfast::snapshot {
namespace {

std::string at_item(BucketName bucket, const TreeItem& item) {
  return fmt::format("bucket {}, page {}, item {}", to_text(bucket), item.page, readable(item.key));
}

}  // namespace

void SmallBuckets::unreadable(BucketName bucket, const TreeItem& item, std::string_view why) {
  findings_.error(to_text(bucket), at_item(bucket, item), "{}", why);
}

void SmallBuckets::take(BucketName bucket, const TreeItem& item) {
  if (item.is_bucket) return unreadable(bucket, item, "a bucket inside a bucket");
  if (item.record != nullptr) return unreadable(bucket, item, "the value is too large to be true");
  if (bucket == BucketName::members) ++members_;
  if (bucket == BucketName::lease) ++lease_count_;
  if (const std::string_view wrong = wrong_form(bucket, item.key, item.value); !wrong.empty()) {
    return unreadable(bucket, item, wrong);
  }
  take_fact(bucket, item.key, item.value, facts_);
  if (bucket == BucketName::alarm) warn_of_alarm(item);
  if (bucket == BucketName::lease && leases_.size() < max_leases_) {
    leases_.push_back(static_cast<std::int64_t>(load_be64(item.key.data())));
  }
}

void SmallBuckets::warn_of_alarm(const TreeItem& item) {
  const FirstNumbers alarm = first_numbers(item.key).value_or(FirstNumbers{});
  const std::string_view kind = alarm.second == 1 ? "NOSPACE" : alarm.second == 2 ? "CORRUPT" : "an unknown alarm";
  findings_.warning("alarm", at_item(BucketName::alarm, item),
                    "{} of member {:x} is raised and comes back with a restore", kind, alarm.first);
}

bool SmallBuckets::has_lease(std::int64_t id) const {
  return std::binary_search(leases_.begin(), leases_.end(), id);
}

void SmallBuckets::finish() {
  // Ids are positive, so this is their order as keys as well; a damaged bucket may hold others.
  std::sort(leases_.begin(), leases_.end());
  if (facts_.finished_compact_revision > facts_.scheduled_compact_revision) {
    findings_.error("meta", "bucket meta", "the finished compaction {} is newer than the scheduled one {}",
                    facts_.finished_compact_revision, facts_.scheduled_compact_revision);
  }
  if (members_ == 0) findings_.warning("members", "bucket members", "it names no member");
}

}  // namespace holdfast::snapshot
