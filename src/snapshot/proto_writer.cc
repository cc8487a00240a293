#include "snapshot/proto_writer.h"

namespace holdfast::snapshot {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kLengthDelimited = 2;

}  // namespace

ProtoWriter& ProtoWriter::number(std::uint32_t field, std::uint64_t value) {
  varint((field << 3U) | kVarint);
  varint(value);
  return *this;
}

ProtoWriter& ProtoWriter::bytes(std::uint32_t field, ByteView value) {
  varint((field << 3U) | kLengthDelimited);
  varint(value.size());
  out_.insert(out_.end(), value.begin(), value.end());
  return *this;
}

void ProtoWriter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7U;
  }
  out_.push_back(static_cast<std::uint8_t>(value));
}

}  // namespace holdfast::snapshot
