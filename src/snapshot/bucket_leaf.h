// A leaf page of the root: the list of buckets, small ones with their content inside. Private to snapshot/.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "snapshot/bucket_facts.h"
#include "snapshot/bucket_name.h"
#include "snapshot/key_log.h"
#include "snapshot/page_summary.h"

namespace holdfast::snapshot {

struct BucketEntry {
  std::uint32_t crc = 0;    // CRC-32C over its name and, when inline, over key and value of each item
  std::uint32_t bytes = 0;  // what the checksum covers
  std::uint32_t root = 0;   // page; 0: inline
  std::uint16_t items = 0;  // inline only
  std::uint16_t flags = 0;  // of the inline page (SummaryFlag); kBroken also when the bucket itself cannot be read
  bool unfit = false;       // inline: some item does not have the form of this bucket's
  BucketName name = BucketName::other;

  bool has(SummaryFlag flag) const { return (flags & flag) != 0; }
};

struct BucketLeaf {
  std::vector<BucketEntry> buckets;
  BucketFacts facts;            // from inline buckets
  std::int64_t key_main = 0;    // main revision of the last record, when bucket "key" is inline
  KeyLog::Span key_span{0, 0};  // its records, likewise
};

// `image` is a complete leaf page whose summary has kBucketItems, of a database with `page_limit` pages.
BucketLeaf read_bucket_leaf(ByteView image, std::uint16_t count, std::uint64_t page_limit, KeyLog* log);

// `image` is a complete leaf page whose summary has kFactItems.
BucketFacts read_fact_leaf(ByteView image, std::uint16_t count);

}  // namespace holdfast::snapshot
