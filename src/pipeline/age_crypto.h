// Private to pipeline/: the primitives age is made of, on OpenSSL. Key material lives in SecretBytes, which wipes
// itself. A call that can only fail through a broken OpenSSL or lack of memory for a context aborts.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::pipeline::age {

void wipe(ByteSpan bytes) noexcept;

template <std::size_t Size>
struct SecretBytes {
  std::array<std::uint8_t, Size> bytes{};
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes() { wipe(bytes); }
  ByteView view() const { return bytes; }
  ByteSpan span() { return bytes; }
};

using FileKey = SecretBytes<16>;
using Key = SecretBytes<32>;
using Point = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 12>;

constexpr std::size_t kTagSize = 16;         // of ChaCha20-Poly1305
constexpr std::size_t kWrappedKeySize = 32;  // a sealed FileKey

// RFC 5869 with SHA-256, 32 bytes of output.
Key hkdf(ByteView input_key, ByteView salt, std::string_view info);

// RFC 7748. The public point of a 32-byte scalar.
Point x25519_public(ByteView scalar);
// No value when the shared secret is all zero, as it is for the points of low order.
std::optional<Key> x25519_shared(ByteView scalar, const Point& point);

// RFC 7914 with r = 8 and p = 1, N = 2^log_n; takes 1 KiB << log_n of memory. Code::no_space when there is not as much.
Result<Key> scrypt(ByteView passphrase, ByteView salt, int log_n);

bool equal_in_constant_time(ByteView a, ByteView b);

// ChaCha20-Poly1305 (RFC 8439) without additional data, under one key. One thread at a time.
class Aead {
 public:
  explicit Aead(const Key& key);
  ~Aead();
  Aead(const Aead&) = delete;
  Aead& operator=(const Aead&) = delete;

  // `sealed` takes plain.size() + kTagSize bytes and does not overlap `plain`.
  void seal(const Nonce& nonce, ByteView plain, std::uint8_t* sealed);
  // `plain` takes sealed.size() - kTagSize bytes. False when the tag does not fit; `plain` is wiped then.
  [[nodiscard]] bool open(const Nonce& nonce, ByteView sealed, std::uint8_t* plain);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::pipeline::age
