// The first and the last key of leaf pages whose keys are not revisions, for comparing them with the keys of other
// pages once all have passed. Private to snapshot/.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "snapshot/chunked_vector.h"

namespace holdfast::snapshot {

class KeyEdges {
 public:
  // Copies both keys. Empty when too much is kept already: the keys of etcd's small buckets are short, and few pages
  // hold them, but nothing keeps a free page from looking otherwise. `pages`: the size of the database.
  std::optional<std::uint32_t> add(ByteView first, ByteView last, std::uint64_t pages);

  Bytes first(std::uint32_t at) const;
  Bytes last(std::uint32_t at) const;

 private:
  void add_key(ByteView key);
  std::uint32_t size_at(std::size_t at) const;
  Bytes key_at(std::size_t at) const;

  ChunkedVector<std::uint8_t, 65536> bytes_;  // of each key its size (4) and itself
};

}  // namespace holdfast::snapshot
