// Writes protobuf messages in tests: `Proto().text(1, "a").message(2, Proto().number(1, 5))`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::test {

class Proto {
 public:
  Proto& text(std::uint32_t field, std::string_view value) {
    varint((std::uint64_t{field} << 3U) | 2U);
    varint(value.size());
    bytes_.append(value);
    return *this;
  }
  Proto& message(std::uint32_t field, const Proto& value) { return text(field, value.bytes_); }
  Proto& number(std::uint32_t field, std::int64_t value) {
    varint(std::uint64_t{field} << 3U);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Proto& entry(std::uint32_t field, std::string_view key, std::string_view value) {
    return message(field, Proto().text(1, key).text(2, value));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) {
      bytes_ += static_cast<char>((value & 0x7fU) | 0x80U);
    }
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

// A request body: k8s, a zero byte, and the envelope.
inline std::string proto_body(std::string_view api_version, std::string_view kind, const Proto& object) {
  const Proto type = Proto().text(1, api_version).text(2, kind);
  return std::string("k8s\0", 4) + Proto().message(1, type).message(2, object).text(3, "").text(4, "").bytes();
}

}  // namespace holdfast::test
