// Byte buffers and views, and the fixed-width loads and stores that file and wire formats need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kGiB = 1024ULL * kMiB;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

// Unaligned loads and stores; the caller has checked the bounds. The host is little endian (checked in bytes.cc).
template <class T>
T load_le(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <class T>
void store_le(std::uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}
std::uint64_t load_be64(const std::uint8_t* at);
void store_be64(std::uint8_t* at, std::uint64_t value);

// Lower-case hexadecimal. from_hex gives an empty optional-like result through `ok`.
std::string to_hex(ByteView bytes);
bool from_hex(std::string_view text, Bytes& out);

// RFC 4648 base64, with or without padding ("=") as asked. Decoding accepts exactly what encoding with the same
// `padded` writes.
std::string to_base64(ByteView bytes, bool padded = true);
bool from_base64(std::string_view text, bool padded, Bytes& out);

}  // namespace holdfast
