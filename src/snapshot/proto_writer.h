// Writes protocol-buffer messages by hand: just varints and length-delimited fields, in the order of the calls. The
// messages of raft and the WAL are written field by field because etcd's own encoder writes zero values too, and the
// WAL has to come out byte for byte the same.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::snapshot {

class ProtoWriter {
 public:
  // Wire type 0. Booleans and enumerations are numbers.
  ProtoWriter& number(std::uint32_t field, std::uint64_t value);
  // Wire type 2: bytes, text, or an embedded message.
  ProtoWriter& bytes(std::uint32_t field, ByteView value);
  ProtoWriter& text(std::uint32_t field, std::string_view value) { return bytes(field, as_bytes(value)); }
  ProtoWriter& message(std::uint32_t field, const ProtoWriter& value) { return bytes(field, value.out_); }

  const Bytes& encoded() const { return out_; }

 private:
  void varint(std::uint64_t value);

  Bytes out_;
};

}  // namespace holdfast::snapshot
