// Reads the fields of a protobuf message one by one, without a schema. Bytes come from outside:
// lengths are checked, groups and field number 0 are refused, and nothing is copied.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

class ProtoReader {
 public:
  explicit ProtoReader(ByteView message) : at_(message.data()), end_(message.data() + message.size()) {}

  // Moves to the next field. False at the end of the message and at the first damaged byte: failed() tells which.
  bool next();
  bool failed() const { return failed_; }

  std::uint32_t field() const { return field_; }
  WireType type() const { return type_; }
  std::uint64_t number() const { return number_; }  // varint, fixed32 or fixed64 fields
  ByteView bytes() const { return bytes_; }         // bytes fields

 private:
  bool read_varint(std::uint64_t& value);
  bool read_fixed(std::size_t size);
  bool read_bytes();
  bool fail() {
    failed_ = true;
    return false;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t number_ = 0;
  ByteView bytes_;
  std::uint32_t field_ = 0;
  WireType type_ = WireType::varint;
  bool failed_ = false;
};

inline bool ProtoReader::read_varint(std::uint64_t& value) {
  if (at_ == end_) return false;
  if (*at_ < 0x80) {
    value = *at_++;
    return true;
  }
  value = 0;
  for (unsigned shift = 0; shift < 70 && at_ != end_; shift += 7) {
    const std::uint8_t byte = *at_++;
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

inline bool ProtoReader::read_fixed(std::size_t size) {
  if (static_cast<std::size_t>(end_ - at_) < size) return false;
  number_ = size == 8 ? load_le<std::uint64_t>(at_) : load_le<std::uint32_t>(at_);
  at_ += size;
  return true;
}

inline bool ProtoReader::read_bytes() {
  std::uint64_t length = 0;
  if (!read_varint(length) || length > static_cast<std::uint64_t>(end_ - at_)) return false;
  bytes_ = {at_, static_cast<std::size_t>(length)};
  at_ += length;
  return true;
}

inline bool ProtoReader::next() {
  if (at_ == end_ || failed_) return false;
  std::uint64_t tag = 0;
  if (!read_varint(tag) || tag < 8 || tag > 0xFFFFFFFF) return fail();
  field_ = static_cast<std::uint32_t>(tag >> 3U);
  type_ = static_cast<WireType>(tag & 7U);
  switch (type_) {
    case WireType::varint:
      return read_varint(number_) || fail();
    case WireType::fixed64:
      return read_fixed(8) || fail();
    case WireType::bytes:
      return read_bytes() || fail();
    case WireType::fixed32:
      return read_fixed(4) || fail();
  }
  return fail();
}

}  // namespace holdfast
