// Walking through sets of small numbers kept as bits.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace holdfast::control {

inline bool has_bit(std::uint64_t set, unsigned number) {
  return number < 64 && (set >> number & 1) != 0;
}

// The smallest number of the set that is at least `from`.
inline std::optional<unsigned> bit_from(std::uint64_t set, unsigned from) {
  const std::uint64_t rest = from < 64 ? set >> from << from : 0;
  if (rest == 0) return std::nullopt;
  return static_cast<unsigned>(std::countr_zero(rest));
}

// The largest number of the set that is below `bound`.
inline std::optional<unsigned> bit_below(std::uint64_t set, unsigned bound) {
  const std::uint64_t rest = bound < 64 ? set & ((std::uint64_t{1} << bound) - 1) : set;
  if (rest == 0) return std::nullopt;
  return static_cast<unsigned>(std::bit_width(rest) - 1);
}

}  // namespace holdfast::control
