#include "snapshot/leaf_lister.h"

#include "snapshot/item_form.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kLeaseKeySize = 8;

void list_record(PageId page, const LeafItem& item, RecordSink& sink) {
  const auto key = read_record_key(item.key);
  const auto record = decode_record(item.value);
  if (!key || !record || record->key.empty()) return;  // a restore with a bumped revision leaves one without a key
  if (record->key.size() > kMaxListedKey) return sink.take_long_key(page);
  ListedRecord listed{.revision = *key, .key = record->key};
  if (!key->tombstone) {
    listed.create_revision = record->create_revision;
    listed.version = record->version;
    listed.lease = record->lease;
    listed.value_size = record->value.size();
    listed.value_digest = KeyHash::of(sink.digest_seed(), record->value);
  }
  sink.take_record(page, listed);
}

void list_item(BucketName bucket, PageId page, const LeafItem& item, RecordSink& sink) {
  if (bucket == BucketName::key) {
    list_record(page, item, sink);
  } else if (bucket == BucketName::lease && item.key.size() == kLeaseKeySize) {
    sink.take_lease(page, static_cast<std::int64_t>(load_be64(item.key.data())));
  } else if (bucket == BucketName::members) {
    sink.take_member(page, item.value);
  }
}

void list_items(BucketName bucket, PageId page, ByteView image, std::uint16_t count, RecordSink& sink) {
  for (std::uint16_t i = 0; i < count; ++i) {
    if (const auto item = leaf_item(image, i)) list_item(bucket, page, *item, sink);
  }
}

void list_inline(PageId page, const LeafItem& item, RecordSink& sink) {
  const auto bucket = read_bucket_header(item.value);
  if (!bucket || bucket->root != 0 || item.value.size() < kBucketHeaderSize + kPageHeaderSize) return;
  const ByteView image = item.value.subspan(kBucketHeaderSize);
  const PageHeader header = read_page_header(image);
  if (page_elements_fit(image, header)) list_items(bucket_name(item.key), page, image, header.count, sink);
}

}  // namespace

void list_leaf(PageId page, ByteView image, const PageSummary& summary, RecordSink& sink) {
  if (summary.has(kBroken) || summary.has(kUnread)) return;
  const auto count = static_cast<std::uint16_t>(summary.count);
  if (summary.has(kRecordKeys)) return list_items(BucketName::key, page, image, count, sink);
  if (summary.has(kBucketItems)) {
    for (std::uint16_t i = 0; i < count; ++i) {
      if (const auto item = leaf_item(image, i)) list_inline(page, *item, sink);
    }
    return;
  }
  for (const BucketName bucket : {BucketName::lease, BucketName::members}) {
    if ((summary.unfit & bucket_bit(bucket)) == 0) list_items(bucket, page, image, count, sink);
  }
}

}  // namespace holdfast::snapshot
