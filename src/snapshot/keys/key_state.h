// A key that exists, as a listing gives it: all about it except its value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "snapshot/key_hash.h"

namespace holdfast::snapshot {

struct KeyState {
  std::string key;
  std::int64_t create_revision = 0;
  std::int64_t mod_revision = 0;
  std::int64_t version = 0;        // changes since it was created, from 1
  std::int64_t lease = 0;          // 0: none
  std::uint64_t value_size = 0;    // bytes; with value_digest 0 where a listing does not read values
  std::uint64_t value_digest = 0;  // value_digest() with the listing's seed
};

// Keys in ascending order of their bytes. Used by one thread at a time.
class KeyCursor {
 public:
  virtual ~KeyCursor() = default;
  // Replaces `into` by the next key. False behind the last one.
  virtual Result<bool> next(KeyState& into) = 0;
};

// Whoever chooses the values of a cluster must not be able to make two of them look the same: take a seed nobody knows,
// and the same one for both listings that are compared.
using DigestSeed = HashSeed;

inline std::uint64_t value_digest(const DigestSeed& seed, std::string_view value) {
  return KeyHash::of(seed, as_bytes(value));
}

}  // namespace holdfast::snapshot
