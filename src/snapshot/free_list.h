// The free list that a database stores (etcd's on Linux do not) while its pages pass by. Private to snapshot/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "snapshot/bolt_format.h"
#include "snapshot/chunked_vector.h"

namespace holdfast::snapshot {

class FreeList {
 public:
  explicit FreeList(const Meta& meta) : meta_(meta) {}

  // The page at number `page` passes: to be called for each one, in order.
  void pass(PageId page, ByteView bytes);

  // Pages it takes itself; 0 when there is none, or what should be one is not.
  std::uint64_t pages() const { return pages_; }
  // It is one, complete, and lists pages that exist in ascending order.
  bool sound() const { return pages_ > 0 && left_ == 0 && !wrong_; }
  // Ascending when it is sound. 4 bytes of memory for each.
  const ChunkedVector<std::uint32_t>& ids() const { return ids_; }

 private:
  void begin(ByteView bytes);
  void take_ids(ByteView ids);

  const Meta meta_;
  ChunkedVector<std::uint32_t> ids_;
  std::uint64_t pages_ = 0;
  std::uint64_t left_ = 0;  // ids still to come
  PageId previous_ = 1;
  bool wrong_ = false;
};

}  // namespace holdfast::snapshot
