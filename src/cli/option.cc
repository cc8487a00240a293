#include "cli/option.h"

#include <fmt/core.h>

namespace holdfast::cli {

std::string variable_of(std::string_view option_name) {
  std::string variable = "HOLDFAST_";
  for (const char c : option_name) {
    variable += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return variable;
}

std::string usage_of(const Option& option) {
  std::string text;
  for (const char letter : option.letters)
    text += fmt::format("-{}, ", letter);
  text += "--" + option.name;
  for (const std::string& alias : option.aliases)
    text += ", --" + alias;
  if (!option.is_switch()) text += " " + option.value_name;
  return text;
}

}  // namespace holdfast::cli
