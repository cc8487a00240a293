// The keys of a branch page, boiled down to 64 bits: bbolt makes each the first key of its child, so that they can be
// compared with the children's once these are known. Private to snapshot/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "snapshot/key_hash.h"

namespace holdfast::snapshot {

class BranchKeys {
 public:
  // The next key, given as its hash (KeyHash).
  void add(std::uint64_t key_hash) { sum_ += mixed(key_hash + kStep * ++count_); }
  std::uint64_t value() const { return sum_; }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  // A bijection without structure, so that neither order nor pairs of keys cancel out.
  static std::uint64_t mixed(std::uint64_t word) {
    word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27U)) * 0x94D049BB133111EB;
    return word ^ (word >> 31U);
  }

  std::uint64_t sum_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace holdfast::snapshot
