// Sets of numbers in words.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace holdfast::control {

using NumberName = std::function<std::string(unsigned)>;

// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& items);

// The numbers of the set, three and more in a row as a range: "1, 3 and 5 to 8".
std::string numbers_in_words(std::uint64_t set, const NumberName& name);

std::string ordinal(unsigned number);       // "1st", "22nd", "13th"
std::string month_name(unsigned number);    // 1 is "January"
std::string weekday_name(unsigned number);  // 0 is "Sunday"
std::string plain_number(unsigned number);

// The step of "*/step" in a field of `count` numbers from 0, when `set` is just that and the step divides `count`; else
// 0.
unsigned even_step(std::uint64_t set, unsigned count);

}  // namespace holdfast::control
