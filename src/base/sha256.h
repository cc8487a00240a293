// SHA-256 and HMAC-SHA-256 (OpenSSL), and a digest as a type.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"

namespace holdfast {

using Sha256Digest = std::array<std::uint8_t, 32>;

// Running SHA-256. Movable, not copyable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(ByteView bytes);
  Sha256 clone() const;         // a second running hash that has seen the same bytes
  Sha256Digest so_far() const;  // of everything given until now; more may follow
  Sha256Digest finish();        // once; afterwards the object may only be destroyed or assigned to

  static Sha256Digest of(ByteView bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest hmac_sha256(ByteView key, ByteView message);

}  // namespace holdfast
