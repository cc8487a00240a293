#include "snapshot/key_edges.h"

#include <algorithm>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kSizeBytes = 4;
constexpr std::uint64_t kAlways = 4 * kMiB;
constexpr std::uint64_t kBytesPerPage = 32;
constexpr std::uint64_t kMost = 0xF0000000;  // positions have 32 bits

}  // namespace

std::optional<std::uint32_t> KeyEdges::add(ByteView first, ByteView last, std::uint64_t pages) {
  const std::uint64_t limit = std::min(kMost, kAlways + kBytesPerPage * pages);
  if (bytes_.size() + first.size() + last.size() + 2 * kSizeBytes > limit) return std::nullopt;
  const auto at = static_cast<std::uint32_t>(bytes_.size());
  add_key(first);
  add_key(last);
  return at;
}

Bytes KeyEdges::first(std::uint32_t at) const {
  return key_at(at);
}

Bytes KeyEdges::last(std::uint32_t at) const {
  return key_at(at + kSizeBytes + size_at(at));
}

void KeyEdges::add_key(ByteView key) {
  for (std::size_t i = 0; i < kSizeBytes; ++i)
    bytes_.push_back(static_cast<std::uint8_t>(key.size() >> (8 * i)));
  for (const std::uint8_t byte : key)
    bytes_.push_back(byte);
}

std::uint32_t KeyEdges::size_at(std::size_t at) const {
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < kSizeBytes; ++i)
    size |= std::uint32_t{bytes_[at + i]} << (8 * i);
  return size;
}

Bytes KeyEdges::key_at(std::size_t at) const {
  Bytes key(size_at(at));
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = bytes_[at + kSizeBytes + i];
  return key;
}

}  // namespace holdfast::snapshot
