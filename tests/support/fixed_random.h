// Randomness that is the same in every run with the same seed.
#pragma once

#include <cstdint>
#include <mutex>

#include "os/random.h"

namespace holdfast::test {

// The splitmix64 sequence of `seed`. Safe for any thread.
class FixedRandom final : public os::Random {
 public:
  explicit FixedRandom(std::uint64_t seed = 1) : state_(seed) {}

  void fill(ByteSpan bytes) override {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i % 8 == 0) word_ = next_word();
      bytes[i] = static_cast<std::uint8_t>(word_ >> (8 * (i % 8)));
    }
  }

 private:
  std::uint64_t next_word() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }

  std::mutex mutex_;
  std::uint64_t state_;
  std::uint64_t word_ = 0;
};

}  // namespace holdfast::test
