#include "etcd/snapshot_wire.h"

#include <optional>

namespace holdfast::etcd {
namespace {

enum WireType : std::uint64_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

// A cursor over protobuf's wire format. Every step gives nothing when the bytes end too early.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const std::uint8_t byte = rest_.front();
      rest_ = rest_.subspan(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return std::nullopt;
  }

  std::optional<ByteView> take(std::uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::optional<ByteView> field() {
    const auto size = varint();
    return size ? take(*size) : std::nullopt;
  }

  bool skip(std::uint64_t type) {
    if (type == kVarint) return varint().has_value();
    if (type == kFixed64) return take(8).has_value();
    if (type == kLengthDelimited) return field().has_value();
    return type == kFixed32 && take(4).has_value();
  }

 private:
  ByteView rest_;
};

constexpr std::uint64_t tag(std::uint64_t number, WireType type) {
  return number << 3 | type;
}

bool read_field(Cursor& cursor, SnapshotMessage& message) {
  const auto key = cursor.varint();
  if (!key) return false;
  if (*key == tag(2, kVarint)) {
    const auto value = cursor.varint();
    message.remaining_bytes = value.value_or(0);
    return value.has_value();
  }
  if (*key != tag(3, kLengthDelimited) && *key != tag(4, kLengthDelimited)) return cursor.skip(*key & 7);
  const auto value = cursor.field();
  if (!value) return false;
  if (*key == tag(3, kLengthDelimited)) {
    message.blob = *value;
  } else {
    message.version = as_text(*value);
  }
  return true;
}

}  // namespace

Result<SnapshotMessage> parse_snapshot_message(ByteView bytes) {
  Cursor cursor(bytes);
  SnapshotMessage message;
  while (!cursor.at_end()) {
    if (!read_field(cursor, message)) {
      return fail(Code::corrupt, "a message of {} bytes in the snapshot stream cannot be read", bytes.size());
    }
  }
  return message;
}

}  // namespace holdfast::etcd
