// The last leaf of a bucket and what leads to it. etcd's bucket "key" is ordered by revision, so that the newest record
// is there: a handful of pages tells it, whatever the size of the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {

struct RightEdge {
  PageId leaf = 0;
  PageHeader header;               // of the leaf
  PageId parent = 0;               // 0: the leaf is the root of the bucket
  std::uint16_t parent_index = 0;  // which element of the parent leads to the leaf: its last
};

// Follows the last child from `root` down. Code::corrupt for damage on the way.
Result<RightEdge> find_right_edge(const BoltFile& database, PageId root);

// The last key of that leaf; empty optional when the bucket has no items.
Result<std::optional<std::string>> last_key(const BoltFile& database, const RightEdge& edge);

// Writes a copy of the leaf with one more item to page `id` and the pages behind it, zero padded, and returns how many
// pages that took. `key` is greater than the leaf's last key. The leaf is copied in pieces: it may hold values of any
// size. Code::unsupported when the leaf cannot take another item.
Result<std::uint64_t> copy_leaf_with(const BoltFile& database, const RightEdge& edge, PageId id, ByteView key,
                                     ByteView value);

// Makes the parent's element lead to page `leaf` instead. There is a parent.
Status redirect_parent(const BoltFile& database, const RightEdge& edge, PageId leaf);

}  // namespace holdfast::snapshot
