#include "snapshot/hash_kv.h"

#include <functional>
#include <unordered_map>
#include <vector>

#include "base/crc32c.h"
#include "snapshot/bolt_file.h"
#include "snapshot/bolt_items.h"
#include "snapshot/key_hash.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kBucket = "key";
constexpr std::size_t kLargestLeaf =
    128 * kMiB;  // a page with one record of the largest request etcd can be told to take

using RecordVisitor = std::function<void(const RecordKey& key, const LeafItem& item)>;

Status visit_leaf(ByteView page, const RecordVisitor& visit) {
  const PageHeader header = read_page_header(page);
  if (!page_elements_fit(page, header)) return fail(Code::corrupt, "page {}: its elements do not fit", header.id);
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const auto item = leaf_item(page, i);
    const auto key = item ? read_record_key(item->key) : std::nullopt;
    if (!key) return fail(Code::corrupt, "page {}: item {} of bucket {} is no record", header.id, i, kBucket);
    visit(*key, *item);
  }
  return {};
}

// Goes through a tree in key order, one page in memory at a time.
class RecordWalk {
 public:
  RecordWalk(const BoltFile& database, const RecordVisitor& visit, const std::stop_token& stop)
      : database_(database), visit_(visit), stop_(stop) {}

  Status run(PageId page, int depth = 0) {
    if (stop_.stop_requested()) return fail(Code::cancelled, "stopped");
    if (depth > kMaxTreeDepth) return fail(Code::corrupt, "page {}: the tree is too deep", page);
    HF_ASSIGN(const Bytes bytes, database_.read_page(page, kLargestLeaf));
    const PageHeader header = read_page_header(bytes);
    if ((header.flags & kLeafPage) != 0) return visit_leaf(bytes, visit_);
    for (const PageId child : children(bytes, header))
      HF_TRY(run(child, depth + 1));
    return {};
  }

 private:
  static std::vector<PageId> children(ByteView page, const PageHeader& header) {
    std::vector<PageId> ids;
    for (std::uint16_t i = 0; i < header.count; ++i) {
      if (const auto item = branch_item(page, i)) ids.push_back(item->child);
    }
    return ids;
  }

  const BoltFile& database_;
  const RecordVisitor& visit_;
  const std::stop_token& stop_;
};

// Visits every record of bucket "key" in the order of revisions.
Status visit_records(const BoltFile& database, const RecordVisitor& visit, const std::stop_token& stop) {
  HF_ASSIGN(const ItemMap buckets, load_items(database, database.meta().root));
  const auto found = buckets.find(kBucket);
  if (found == buckets.end()) return {};
  const ByteView value = as_bytes(found->second.value);
  const auto header = read_bucket_header(value);
  if (!header || (found->second.flags & kBucketLeafFlag) == 0)
    return fail(Code::corrupt, "bucket {} is damaged", kBucket);
  if (header->root != 0) return RecordWalk(database, visit, stop).run(header->root);
  if (value.size() < kBucketHeaderSize + kPageHeaderSize) return fail(Code::corrupt, "bucket {} is damaged", kBucket);
  return visit_leaf(value.subspan(kBucketHeaderSize), visit);
}

struct Newest {
  Revision revision;
  bool tombstone = false;
};

// The newest record of each user key up to a revision; keys by their hash.
class NewestRecords {
 public:
  explicit NewestRecords(std::int64_t up_to) : up_to_(up_to) {}

  void note(const RecordKey& key, const LeafItem& item) {
    if (key.revision.main > up_to_) return;
    newest_[hash_of(item)] = {.revision = key.revision, .tombstone = key.tombstone};
  }

  bool is_newest_and_exists(const RecordKey& key, const LeafItem& item) const {
    const auto found = newest_.find(hash_of(item));
    return found != newest_.end() && !found->second.tombstone && found->second.revision == key.revision;
  }

  // Whether any key exists at all: without one, etcd leaves nothing out.
  bool any_exists() const {
    for (const auto& [key, newest] : newest_) {
      if (!newest.tombstone) return true;
    }
    return false;
  }

 private:
  static std::uint64_t hash_of(const LeafItem& item) {
    const auto record = decode_record(item.value);
    return KeyHash::of({.low = 0x9E3779B97F4A7C15U, .high = 0xC2B2AE3D27D4EB4FU}, record ? record->key : ByteView());
  }

  const std::int64_t up_to_;
  std::unordered_map<std::uint64_t, Newest> newest_;
};

}  // namespace

Result<std::uint32_t> hash_kv(os::File& file, std::uint64_t size, std::int64_t revision, std::int64_t compact_revision,
                              const std::stop_token& stop) {
  HF_ASSIGN(const BoltFile database, BoltFile::open(file, size));
  NewestRecords newest(revision);
  HF_TRY(visit_records(database, [&](const RecordKey& key, const LeafItem& item) { newest.note(key, item); }, stop));
  const bool compacted = compact_revision > 0;
  const bool any_exists = newest.any_exists();
  std::uint32_t crc = crc32c(0, as_bytes(kBucket));
  const auto add = [&](const RecordKey& key, const LeafItem& item) {
    if (key.revision.main > revision) return;
    if (compacted && key.revision.main <= compact_revision && any_exists && !newest.is_newest_and_exists(key, item))
      return;
    if (compacted && key.tombstone && key.revision.main == compact_revision) return;
    crc = crc32c(crc32c(crc, item.key), item.value);
  };
  HF_TRY(visit_records(database, add, stop));
  return crc;
}

}  // namespace holdfast::snapshot
