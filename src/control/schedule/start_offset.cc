#include "control/schedule/start_offset.h"

#include <algorithm>

#include "control/schedule/checks.h"

namespace holdfast::control {
namespace {

// Numbers of http://www.isthe.com/chongo/tech/comp/fnv/
constexpr std::uint64_t kFnvBasis = 14695981039346656037ULL;
constexpr std::uint64_t kFnvPrime = 1099511628211ULL;

std::uint64_t hash(std::uint64_t state, std::string_view text) {
  for (const char c : text)
    state = (state ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return state;
}

}  // namespace

Seconds spread_of(const Schedule& schedule) {
  return std::min(shortest_period(schedule) / 10, kLargestSpread);
}

Seconds start_offset(const Schedule& schedule, std::string_view config_namespace, std::string_view config_name) {
  const std::uint64_t value = hash(hash(hash(kFnvBasis, config_namespace), "/"), config_name);
  const auto choices = static_cast<std::uint64_t>(spread_of(schedule).count()) + 1;
  return Seconds(static_cast<std::int64_t>((value ^ value >> 32) % choices));
}

}  // namespace holdfast::control
