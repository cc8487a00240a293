// "Did you mean …?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cli {

// Number of letters to insert, remove, replace or swap with their neighbour to get from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `word`, or empty when none is near enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace holdfast::cli
