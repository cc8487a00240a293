// A keyed 64-bit hash of user keys (SipHash-1-3), taken in pieces: whoever chooses the keys cannot make two of them
// collide without knowing the seed. Private to snapshot/.
#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.h"

namespace holdfast::snapshot {

struct HashSeed {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

// A seed that nobody can know before `bytes` exist: those of the meta pages, which change with every transaction.
HashSeed seed_from(ByteView bytes);

class KeyHash {
 public:
  explicit KeyHash(const HashSeed& seed)
      : a_(seed.low ^ 0x736F6D6570736575U),
        b_(seed.high ^ 0x646F72616E646F6DU),
        c_(seed.low ^ 0x6C7967656E657261U),
        d_(seed.high ^ 0x7465646279746573U) {}

  void update(ByteView bytes) {
    while (!bytes.empty() && length_ % 8 != 0) {
      add_byte(bytes.front());
      bytes = bytes.subspan(1);
    }
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
      compress(load_le<std::uint64_t>(bytes.data()));
      length_ += 8;
    }
    for (const std::uint8_t byte : bytes)
      add_byte(byte);
  }

  std::uint64_t finish() {
    compress(pending_ | (length_ << 56U));
    c_ ^= 0xFFU;
    for (int i = 0; i < 3; ++i)
      round();
    return a_ ^ b_ ^ c_ ^ d_;
  }

  static std::uint64_t of(const HashSeed& seed, ByteView bytes) {
    KeyHash hash(seed);
    hash.update(bytes);
    return hash.finish();
  }

 private:
  void round() {
    a_ += b_;
    b_ = std::rotl(b_, 13) ^ a_;
    a_ = std::rotl(a_, 32);
    c_ += d_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ += d_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ += b_;
    b_ = std::rotl(b_, 17) ^ c_;
    c_ = std::rotl(c_, 32);
  }
  void compress(std::uint64_t word) {
    d_ ^= word;
    round();
    a_ ^= word;
  }
  void add_byte(std::uint8_t byte) {
    pending_ |= std::uint64_t{byte} << (8 * (length_ % 8));
    if (++length_ % 8 == 0) {
      compress(pending_);
      pending_ = 0;
    }
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
  std::uint64_t pending_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace holdfast::snapshot
