#include "snapshot/wal_identity.h"

#include <optional>

#include "base/crc32c.h"
#include "base/proto_reader.h"

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kMetadataRecord = 1;
constexpr std::uint64_t kCrcRecord = 4;
constexpr std::size_t kFrameHeaderSize = 8;
constexpr std::uint64_t kLengthMask = 0x00FFFFFFFFFFFFFF;  // the top byte holds the padding

struct Record {
  std::uint64_t type = 0;
  std::uint32_t crc = 0;
  ByteView data;
};

// Takes the frame at the front of `rest`: its length, the record, zeros up to a multiple of 8.
std::optional<ByteView> take_frame(ByteView& rest) {
  if (rest.size() < kFrameHeaderSize) return std::nullopt;
  const auto header = load_le<std::uint64_t>(rest.data());
  const std::uint64_t length = header & kLengthMask;
  const bool padded = (header >> 63U) != 0;
  const std::uint64_t padding = padded ? (header >> 56U) & 7U : 0;
  rest = rest.subspan(kFrameHeaderSize);
  if (length == 0 || length + padding > rest.size()) return std::nullopt;
  const ByteView frame = rest.first(static_cast<std::size_t>(length));
  rest = rest.subspan(static_cast<std::size_t>(length + padding));
  return frame;
}

std::optional<Record> take_record(ByteView& rest) {
  const auto frame = take_frame(rest);
  if (!frame) return std::nullopt;
  Record record;
  ProtoReader fields(*frame);
  while (fields.next()) {
    if (fields.field() == 1 && fields.type() == WireType::varint) record.type = fields.number();
    if (fields.field() == 2 && fields.type() == WireType::varint)
      record.crc = static_cast<std::uint32_t>(fields.number());
    if (fields.field() == 3 && fields.type() == WireType::bytes) record.data = fields.bytes();
  }
  if (fields.failed()) return std::nullopt;
  return record;
}

}  // namespace

Result<WalIdentity> read_wal_identity(ByteView head) {
  const auto seed = take_record(head);
  if (!seed || seed->type != kCrcRecord) return fail(Code::corrupt, "the log does not begin with its checksum");
  const auto metadata = take_record(head);
  if (!metadata || metadata->type != kMetadataRecord) return fail(Code::corrupt, "the log does not say whose it is");
  if (crc32c(seed->crc, metadata->data) != metadata->crc)
    return fail(Code::corrupt, "what the log says of its owner does not match its checksum");
  WalIdentity identity;
  ProtoReader fields(metadata->data);
  while (fields.next()) {
    if (fields.type() != WireType::varint) continue;
    if (fields.field() == 1) identity.member_id = fields.number();
    if (fields.field() == 2) identity.cluster_id = fields.number();
  }
  if (fields.failed() || identity.member_id == 0 || identity.cluster_id == 0)
    return fail(Code::corrupt, "what the log says of its owner cannot be read");
  return identity;
}

}  // namespace holdfast::snapshot
