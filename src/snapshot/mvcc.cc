#include "snapshot/mvcc.h"

#include <fmt/core.h>

#include "base/proto_reader.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kSeparatorAt = 8;
constexpr std::uint8_t kSeparator = '_';
constexpr std::uint8_t kTombstoneMark = 't';

}  // namespace

std::string to_string(const Revision& revision) {
  return fmt::format("{}_{}", revision.main, revision.sub);
}

std::optional<RecordKey> read_record_key(ByteView key) {
  const bool tombstone = key.size() == kTombstoneKeySize;
  if (key.size() != kRevisionKeySize && !tombstone) return std::nullopt;
  if (key[kSeparatorAt] != kSeparator || (tombstone && key[kRevisionKeySize] != kTombstoneMark)) return std::nullopt;
  const Revision revision{.main = static_cast<std::int64_t>(load_be64(key.data())),
                          .sub = static_cast<std::int64_t>(load_be64(key.data() + kSeparatorAt + 1))};
  if (revision.main < 0 || revision.sub < 0) return std::nullopt;
  return RecordKey{.revision = revision, .tombstone = tombstone};
}

void write_revision(const Revision& revision, std::uint8_t* at) {
  store_be64(at, static_cast<std::uint64_t>(revision.main));
  at[kSeparatorAt] = kSeparator;
  store_be64(at + kSeparatorAt + 1, static_cast<std::uint64_t>(revision.sub));
}

std::optional<Record> decode_record(ByteView value) {
  Record record;
  ProtoReader fields(value);
  int count = 0;
  while (fields.next()) {
    if (++count > kMaxRecordFields) return std::nullopt;
    if (fields.field() > 6) continue;  // of a version yet to come
    const bool holds_bytes = fields.field() == 1 || fields.field() == 5;
    if (fields.type() != (holds_bytes ? WireType::bytes : WireType::varint)) return std::nullopt;
    const auto number = static_cast<std::int64_t>(fields.number());
    switch (fields.field()) {
      case 1:
        record.key = fields.bytes();
        break;
      case 2:
        record.create_revision = number;
        break;
      case 3:
        record.mod_revision = number;
        break;
      case 4:
        record.version = number;
        break;
      case 5:
        record.value = fields.bytes();
        break;
      default:
        record.lease = number;
        break;
    }
  }
  if (fields.failed()) return std::nullopt;
  return record;
}

}  // namespace holdfast::snapshot
