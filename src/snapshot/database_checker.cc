#include "snapshot/database_checker.h"

#include <algorithm>
#include <map>

#include "base/crc32c.h"
#include "snapshot/freelist_checker.h"

namespace holdfast::snapshot {
namespace {

// bbolt keeps at most a quarter of a page inside the root for each bucket.
constexpr std::size_t kMaxInlineBytes = 16 * kMiB;

constexpr std::size_t kRandomMemory = 64 * kMiB;

}  // namespace

DatabaseChecker::DatabaseChecker(os::File& file, const SnapshotFile& layout, Findings& findings,
                                 std::size_t memory_limit, std::function<void(std::uint64_t)> on_pages)
    : layout_(layout),
      findings_(findings),
      memory_limit_(memory_limit),
      reader_(file, layout.database_size),
      met_(layout.chosen.meta.high_water_mark),
      trees_(reader_, layout.chosen.meta, layout.seed, met_, findings,
             [this](std::uint64_t pages) {
               pages_ += pages;
               on_pages_(pages);
             }),
      small_buckets_(findings, memory_limit / 8 / sizeof(std::int64_t)),
      on_pages_(std::move(on_pages)) {
  met_.insert(0);
  met_.insert(1);
}

Result<PageFacts> DatabaseChecker::run() {
  const Meta& meta = layout_.chosen.meta;
  HF_TRY(trees_.check("of the root", meta.root, [this](const TreeItem& item) { take_root_item(item); }));
  for (RootBucket& bucket : buckets_)
    HF_TRY(check_small_bucket(bucket));
  small_buckets_.finish();
  // What is known of compactions and leases is needed to judge the records.
  HF_TRY(check_key_bucket());
  for (const BucketName needed : {BucketName::key, BucketName::meta, BucketName::lease}) {
    const auto is_needed = [&](const RootBucket& bucket) { return bucket.name == to_text(needed); };
    if (std::none_of(buckets_.begin(), buckets_.end(), is_needed)) {
      findings_.error("buckets", "", "there is no bucket {}", to_text(needed));
    }
  }
  gather_facts();
  HF_ASSIGN(const std::uint64_t freelist_pages, check_freelist(reader_, meta, met_, findings_));
  facts_.size_in_use = (2 + pages_ + freelist_pages) * meta.page_size;
  return std::move(facts_);
}

void DatabaseChecker::take_root_item(const TreeItem& item) {
  const auto header = item.is_bucket ? read_bucket_header(item.value) : std::nullopt;
  if (!header) {
    findings_.error("buckets", at_page(item.page), "item {} of the root is not a bucket", readable(item.key));
    return;
  }
  RootBucket bucket{.name = std::string(as_text(item.key)), .page = item.page, .root = header->root};
  if (header->root == 0) {
    const ByteView image = item.value.subspan(kBucketHeaderSize);
    bucket.image.assign(image.begin(), image.end());
    inline_bytes_ += image.size();
  }
  if (buckets_.size() == kMaxBuckets || inline_bytes_ > kMaxInlineBytes) {
    findings_.error("buckets", at_page(item.page), "too many buckets to be true, {} is left out", readable(item.key));
    return;
  }
  if (bucket_name(item.key) == BucketName::other) {
    findings_.note("buckets", at_page(item.page), "bucket {} is none of etcd 3.4 to 3.6", readable(item.key));
  }
  buckets_.push_back(std::move(bucket));
}

Result<TreeTotals> DatabaseChecker::check_bucket(TreeChecker& trees, const RootBucket& bucket,
                                                 const ItemVisitor& visit) {
  const std::string name = readable(as_bytes(bucket.name));
  if (bucket.root == 0) return trees.check_inline(name, bucket.page, bucket.image, visit);
  return trees.check(name, bucket.root, visit);
}

Status DatabaseChecker::check_small_bucket(RootBucket& bucket) {
  const BucketName name = bucket_name(as_bytes(bucket.name));
  if (name == BucketName::key) return {};
  HF_ASSIGN(bucket.totals,
            check_bucket(trees_, bucket, [this, name](const TreeItem& item) { small_buckets_.take(name, item); }));
  return {};
}

RecordChecker DatabaseChecker::make_record_checker(std::uint32_t part, std::uint32_t parts) {
  const BucketFacts& facts = small_buckets_.facts();
  const std::int64_t compacted = std::max(facts.finished_compact_revision, facts.scheduled_compact_revision);
  return {findings_, layout_.seed, KeyHistory(compacted, memory_limit_ / 2, part, parts)};
}

Status DatabaseChecker::check_key_bucket() {
  const auto bucket = std::find_if(buckets_.begin(), buckets_.end(), [](const auto& b) { return b.name == "key"; });
  if (bucket == buckets_.end()) return {};
  RecordChecker records = make_record_checker(0, 1);
  HF_ASSIGN(bucket->totals, check_bucket(trees_, *bucket, [&](const TreeItem& item) { records.take(item); }));
  facts_.revision = records.last_revision();
  if (records.history().gave_up()) return recount_keys(*bucket, records.followed());
  facts_.live_keys = records.live_keys(true);
  check_leases(records.history());
  return {};
}

// There are too many keys for one table: reads the bucket again for each part of them. Pages were checked already.
Status DatabaseChecker::recount_keys(const RootBucket& bucket, std::uint64_t followed) {
  // A quarter more than would do, since parts are not exactly equal.
  const std::uint64_t parts64 = bucket.totals.items / (KeyHistory::capacity(memory_limit_ / 2) * 4 / 5) + 2;
  const auto parts = static_cast<std::uint32_t>(parts64);
  Findings ignored(0);
  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < parts; ++part) {
    RecordChecker records = make_record_checker(part, parts);
    PageSet met(layout_.chosen.meta.high_water_mark);
    TreeChecker trees(reader_, layout_.chosen.meta, layout_.seed, met, ignored, [](std::uint64_t) {});
    HF_TRY(check_bucket(trees, bucket, [&](const TreeItem& item) { records.take_again(item, followed); }));
    if (records.history().gave_up()) {
      findings_.note("key-history", "", "there are too many keys to follow each of them");
      return {};
    }
    live += records.live_keys(part == 0);
    check_leases(records.history());
  }
  facts_.live_keys = live;
  return {};
}

void DatabaseChecker::check_leases(const KeyHistory& history) {
  if (!small_buckets_.all_leases_known()) return;
  constexpr std::size_t kMaxNamed = 20;
  std::map<std::int64_t, std::uint64_t> missing;
  history.for_each_lease([&](std::int64_t lease) {
    if (!small_buckets_.has_lease(lease) && (missing.size() < kMaxNamed || missing.contains(lease))) ++missing[lease];
  });
  for (const auto& [lease, keys] : missing) {
    findings_.warning("lease", "bucket key", "{} keys are bound to lease {:x}, which does not exist", keys,
                      static_cast<std::uint64_t>(lease));
  }
}

void DatabaseChecker::gather_facts() {
  for (const RootBucket& bucket : buckets_) {
    facts_.hash = crc32c(facts_.hash, as_bytes(bucket.name));
    facts_.hash = crc32c_combine(facts_.hash, bucket.totals.crc, bucket.totals.bytes);
    facts_.total_items += bucket.totals.items;
    const BucketName name = bucket_name(as_bytes(bucket.name));
    if (name == BucketName::members) facts_.member_count = bucket.totals.items;
    if (name == BucketName::lease) facts_.lease_count = bucket.totals.items;
    if (name == BucketName::alarm) facts_.alarm_count = bucket.totals.items;
  }
  const BucketFacts& facts = small_buckets_.facts();
  facts_.compact_revision = facts.finished_compact_revision;
  facts_.scheduled_compact_revision = facts.scheduled_compact_revision;
  facts_.consistent_index = facts.consistent_index;
  facts_.term = facts.term;
  facts_.storage_version = facts.storage_version.str();
  facts_.cluster_version = facts.cluster_version.str();
  facts_.auth_enabled = facts.auth_enabled;
  facts_.total_size = layout_.database_size;
  facts_.page_size = layout_.chosen.meta.page_size;
}

Result<PageFacts> read_at_random(os::File& file, const SnapshotFile& layout) {
  Findings findings(1);
  DatabaseChecker checker(file, layout, findings, kRandomMemory, [](std::uint64_t) {});
  HF_ASSIGN(PageFacts facts, checker.run());
  facts.damaged_meta = layout.chosen.other_error;
  const std::uint64_t errors = findings.errors();
  const std::vector<Finding> found = findings.take();
  if (errors > 0) return fail(Code::corrupt, "{}: {}", found.front().where, found.front().what);
  return facts;
}

}  // namespace holdfast::snapshot
