// Writes small bbolt files from a plain model, page by page, so that tests need no server: any page size, fill, page
// order, free pages with any content, inline or separate buckets, a branch for a root, a stored free list.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"

namespace holdfast::test {

struct BoltItem {
  std::string key;
  std::string value;
};

struct BoltBucket {
  std::string name;
  std::vector<BoltItem> items;  // in any order; keys differ
  bool may_be_inline = true;    // when it is as small as bbolt wants it
};

struct BoltLayout {
  std::size_t page_size = 4096;
  std::size_t leaf_fill = 0;   // bytes after which a leaf with two items is full; 0: half a page
  std::size_t leaf_items = 0;  // not 0: so many items make a leaf full, whatever their bytes
  std::size_t fanout = 100;    // most children of a branch page, which is never longer than a page
  std::size_t root_fill = 0;   // like leaf_fill, for the root bucket; 0: one leaf, with overflow if need be
  std::uint64_t seed = 0;      // not 0: pages lie in random order
  std::size_t free_pages = 0;  // spread among the others
  std::function<void(snapshot::PageId, ByteSpan)> fill_free;  // called for each free page at the end; empty: zeros
  bool store_freelist = false;
  std::uint64_t txid = 42;
};

struct BoltFile {
  Bytes bytes;
  std::map<std::string, snapshot::PageId> roots;  // of buckets with pages of their own; "" is the root bucket
  std::vector<snapshot::PageId> free_pages;
  snapshot::Meta meta;

  ByteSpan page(snapshot::PageId id);             // the first page of what begins there
  std::size_t find(std::string_view text) const;  // where it first occurs, npos when it does not
};

BoltFile write_bolt(std::vector<BoltBucket> buckets, const BoltLayout& layout = {});

// The file as `snapshot save` writes it: the database and its SHA-256.
Bytes with_trailer(Bytes database);

// The hash of `snapshot status`, computed by definition.
std::uint32_t status_hash(std::vector<BoltBucket> buckets);

}  // namespace holdfast::test
