// Randomness comes in through here.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast::os {

// Safe for any thread.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(ByteSpan bytes) = 0;
  std::uint64_t next();  // uniform over 64 bits
  double fraction();     // uniform in [0, 1)
};

// The operating system's cryptographic generator. Aborts when the system cannot give random bytes.
Random& real_random();

}  // namespace holdfast::os
