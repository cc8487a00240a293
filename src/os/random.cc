#include "os/random.h"

#include <cstdlib>

#include <openssl/rand.h>

namespace holdfast::os {
namespace {

class RealRandom final : public Random {
 public:
  void fill(ByteSpan bytes) override {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  }
};

}  // namespace

std::uint64_t Random::next() {
  std::uint8_t bytes[8];
  fill(bytes);
  return load_le<std::uint64_t>(bytes);
}

double Random::fraction() {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

Random& real_random() {
  static RealRandom random;
  return random;
}

}  // namespace holdfast::os
