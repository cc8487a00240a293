// The items of a small bucket in memory: read from its tree or inline image, written back as one leaf page image.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "snapshot/bolt_file.h"
#include "snapshot/bolt_format.h"

namespace holdfast::snapshot {

struct StoredItem {
  std::string value;
  std::uint32_t flags = 0;  // kBucketLeafFlag: the value is a bucket
};

// Ordered as bbolt orders keys: by unsigned bytes.
using ItemMap = std::map<std::string, StoredItem, std::less<>>;

constexpr std::size_t kSmallBucketLimit = 4 * kMiB;  // bytes of pages; etcd's small buckets take a few KiB

// Every item below the page `root`. Code::corrupt for damage, a key that occurs twice, and more than kSmallBucketLimit
// bytes.
Result<ItemMap> load_items(const BoltFile& database, PageId root);

// Items of a leaf image that starts at its page header, such as an inline bucket holds.
Result<ItemMap> parse_leaf(ByteView image);

// A leaf image for page `id`: header, elements, keys and values. Not padded; the header's overflow is left 0.
// Code::unsupported when one page cannot hold so many items.
Result<Bytes> encode_leaf(const ItemMap& items, PageId id);

}  // namespace holdfast::snapshot
