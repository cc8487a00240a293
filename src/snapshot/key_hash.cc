#include "snapshot/key_hash.h"

#include "base/sha256.h"

namespace holdfast::snapshot {

HashSeed seed_from(ByteView bytes) {
  const Sha256Digest digest = Sha256::of(bytes);
  return {.low = load_le<std::uint64_t>(digest.data()), .high = load_le<std::uint64_t>(digest.data() + 8)};
}

}  // namespace holdfast::snapshot
