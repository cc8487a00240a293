#include "snapshot/bucket_leaf.h"

#include "base/crc32c.h"
#include "snapshot/bolt_format.h"
#include "snapshot/item_form.h"

namespace holdfast::snapshot {
namespace {

// The content of an inline bucket: a leaf page image behind the bucket header.
void read_inline_bucket(ByteView image, BucketEntry& entry, BucketLeaf& leaf, KeyLog* log) {
  if (image.size() < kPageHeaderSize) {
    entry.flags = kBroken;
    return;
  }
  const PageHeader header = read_page_header(image);
  const std::uint32_t mark = log != nullptr ? log->mark() : 0;
  PageSummary summary = summarise_leaf(image, header, entry.name == BucketName::key ? log : nullptr);
  if (header.flags != kLeafPage || header.overflow != 0 || summary.has(kBucketItems)) summary.set(kBroken);
  entry.flags = summary.flags;
  if (summary.has(kBroken)) return;
  entry.crc = crc32c_combine(entry.crc, summary.crc, summary.bytes);
  entry.bytes += static_cast<std::uint32_t>(summary.bytes);
  entry.items = header.count;
  if (entry.name == BucketName::key) {
    leaf.key_main = summary.last.revision.main;
    if (log != nullptr) leaf.key_span = log->since(mark);
  }
  for (std::uint16_t i = 0; i < header.count; ++i) {
    const auto item = leaf_item(image, i);
    if (!item) continue;
    entry.unfit = entry.unfit || !wrong_form(entry.name, item->key, item->value).empty();
    take_fact(entry.name, item->key, item->value, leaf.facts);
  }
}

}  // namespace

BucketLeaf read_bucket_leaf(ByteView image, std::uint16_t count, std::uint64_t page_limit, KeyLog* log) {
  BucketLeaf leaf;
  leaf.buckets.reserve(count);
  for (std::uint16_t i = 0; i < count; ++i) {
    const auto item = leaf_item(image, i);
    if (!item) continue;
    BucketEntry entry{.crc = crc32c(0, item->key),
                      .bytes = static_cast<std::uint32_t>(item->key.size()),
                      .name = bucket_name(item->key)};
    const auto header = read_bucket_header(item->value);
    if (!header || header->root == 1 || header->root >= page_limit) {
      entry.flags = kBroken;
    } else if (header->root == 0) {
      read_inline_bucket(item->value.subspan(kBucketHeaderSize), entry, leaf, log);
    } else {
      entry.root = static_cast<std::uint32_t>(header->root);
    }
    leaf.buckets.push_back(entry);
  }
  return leaf;
}

BucketFacts read_fact_leaf(ByteView image, std::uint16_t count) {
  BucketFacts facts;
  for (std::uint16_t i = 0; i < count; ++i) {
    const auto item = leaf_item(image, i);
    if (item) take_any_fact(item->key, item->value, facts);
  }
  return facts;
}

}  // namespace holdfast::snapshot
