#include "control/schedule/words.h"

#include <array>

#include <fmt/core.h>

#include "control/schedule/bits.h"

namespace holdfast::control {
namespace {

constexpr std::array<const char*, 12> kMonths{"January", "February", "March",     "April",   "May",      "June",
                                              "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<const char*, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};

}  // namespace

std::string listed(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += items[i];
  }
  return text;
}

std::string numbers_in_words(std::uint64_t set, const NumberName& name) {
  std::vector<std::string> items;
  for (auto first = bit_from(set, 0); first;) {
    unsigned last = *first;
    while (has_bit(set, last + 1))
      ++last;
    if (last - *first >= 2) {
      items.push_back(name(*first) + " to " + name(last));
    } else {
      for (unsigned number = *first; number <= last; ++number)
        items.push_back(name(number));
    }
    first = bit_from(set, last + 1);
  }
  return listed(items);
}

std::string ordinal(unsigned number) {
  const bool teen = number / 10 % 10 == 1;
  const unsigned digit = teen ? 0 : number % 10;
  const char* suffix = digit == 1 ? "st" : digit == 2 ? "nd" : digit == 3 ? "rd" : "th";
  return fmt::format("{}{}", number, suffix);
}

std::string month_name(unsigned number) {
  return kMonths.at(number - 1);
}

std::string weekday_name(unsigned number) {
  return kWeekdays.at(number);
}

std::string plain_number(unsigned number) {
  return fmt::format("{}", number);
}

unsigned even_step(std::uint64_t set, unsigned count) {
  const auto second = bit_from(set, 1);
  const unsigned step = second.value_or(count);
  if (!has_bit(set, 0) || count % step != 0) return 0;
  std::uint64_t expected = 0;
  for (unsigned number = 0; number < count; number += step)
    expected |= std::uint64_t{1} << number;
  return expected == set ? step : 0;
}

}  // namespace holdfast::control
