// Setters for options: each reads the text people write and puts the value where the command wants it. Targets must
// outlive the setter.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/units.h"
#include "cli/option.h"

namespace holdfast::cli {

Setter set_text(std::string& target);
Setter set_optional_text(std::optional<std::string>& target);
Setter set_secret(Secret& target);
Setter set_list(std::vector<std::string>& target);        // each value is one item
Setter set_comma_list(std::vector<std::string>& target);  // items may also be separated by commas
Setter set_switch(bool& target);                          // the words Go and YAML use for true and false
Setter set_bytes(std::uint64_t& target);                  // "10MB"
Setter set_duration(Duration& target);                    // "90s"
Setter set_time(std::optional<WallTime>& target);         // RFC 3339

// A whole number in [low, high].
template <std::integral T>
Setter set_number(T& target, T low, T high) {
  return [&target, low, high](const std::vector<std::string>& values) -> Status {
    const std::string& text = values.back();
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < low || number > high) {
      return fail(Code::usage, "\"{}\" is not a whole number from {} to {}", text, low, high);
    }
    target = number;
    return {};
  };
}

// One of several words.
template <class T>
Setter set_choice(T& target, std::vector<std::pair<std::string, T>> choices) {
  return [&target, choices = std::move(choices)](const std::vector<std::string>& values) -> Status {
    for (const auto& [word, value] : choices) {
      if (word != values.back()) continue;
      target = value;
      return {};
    }
    return fail(Code::usage, "\"{}\" is not one of the values it can have", values.back());
  };
}

}  // namespace holdfast::cli
