// What the pages of a snapshot hold, one thing each, on its way through the sorter. Private to snapshot/keys/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {

// In the order in which they are wanted.
enum class ItemKind : std::uint8_t { long_key, member, lease, record };

struct Item {
  ByteView key;  // of the user; of a member its JSON text, of a lease its id
  ItemKind kind = ItemKind::record;
  bool tombstone = false;
  std::uint32_t page = 0;
  Revision revision;
  std::int64_t create_revision = 0;
  std::int64_t version = 0;
  std::int64_t lease = 0;
  std::uint64_t value_size = 0;
  std::uint64_t value_digest = 0;
};

// By kind, key and revision.
inline bool precedes(const Item& a, const Item& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  if (const int order = as_text(a.key).compare(as_text(b.key)); order != 0) return order < 0;
  return a.revision < b.revision;
}

// Items in order. Used by one thread at a time.
class ItemSource {
 public:
  virtual ~ItemSource() = default;
  // Moves to the next item; false behind the last one.
  virtual Result<bool> next() = 0;
  // The one next() moved to; its view is valid until the next call.
  virtual const Item& item() const = 0;
};

}  // namespace holdfast::snapshot
