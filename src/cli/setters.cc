#include "cli/setters.h"

#include <algorithm>
#include <array>

namespace holdfast::cli {
namespace {

constexpr std::array<std::string_view, 10> kTrue{"true", "True", "TRUE", "t", "T", "1", "yes", "Yes", "on", "On"};
constexpr std::array<std::string_view, 10> kFalse{"false", "False", "FALSE", "f", "F", "0", "no", "No", "off", "Off"};

void append_items(std::string_view text, std::vector<std::string>& items) {
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    if (!item.empty()) items.emplace_back(item);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
}

}  // namespace

Setter set_text(std::string& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    target = values.back();
    return {};
  };
}

Setter set_optional_text(std::optional<std::string>& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    target = values.back();
    return {};
  };
}

Setter set_secret(Secret& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    target = Secret(values.back());
    return {};
  };
}

Setter set_list(std::vector<std::string>& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    target = values;
    return {};
  };
}

Setter set_comma_list(std::vector<std::string>& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    target.clear();
    for (const std::string& value : values)
      append_items(value, target);
    return {};
  };
}

Setter set_switch(bool& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    const std::string& word = values.back();
    if (std::ranges::find(kTrue, word) != kTrue.end()) {
      target = true;
    } else if (std::ranges::find(kFalse, word) != kFalse.end()) {
      target = false;
    } else {
      return fail(Code::usage, "\"{}\" is neither true nor false", word);
    }
    return {};
  };
}

Setter set_bytes(std::uint64_t& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    HF_ASSIGN(target, parse_bytes(values.back()));
    return {};
  };
}

Setter set_duration(Duration& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    HF_ASSIGN(target, parse_duration(values.back()));
    return {};
  };
}

Setter set_time(std::optional<WallTime>& target) {
  return [&target](const std::vector<std::string>& values) -> Status {
    HF_ASSIGN(target, parse_time(values.back()));
    return {};
  };
}

}  // namespace holdfast::cli
