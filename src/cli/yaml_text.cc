#include "cli/yaml_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace holdfast::cli {
namespace {

// Words that some YAML reader takes for a boolean or null, in lower case.
constexpr std::array<std::string_view, 10> kReserved{"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"};

bool is_plain_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '/' || c == '+' || c == ' ';
}

// Only what begins with a letter or '/' and holds harmless characters stays unquoted: never a number or a time.
bool is_plain(std::string_view text) {
  if (text.empty() || text.size() > 200 || text.back() == ' ') return false;
  const auto first = static_cast<unsigned char>(text.front());
  if (std::isalpha(first) == 0 && text.front() != '/') return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::ranges::find(kReserved, lower) != kReserved.end()) return false;
  return std::ranges::all_of(text, is_plain_char);
}

std::string scalar(const json::Value& value) {
  if (value.is_string()) {
    const std::string_view text = value.get_string();
    // A JSON string is a double-quoted YAML scalar.
    return is_plain(text) ? std::string(text) : json::to_string(value);
  }
  if (value.is_object()) return "{}";
  if (value.is_array()) return "[]";
  return json::to_string(value);
}

bool is_block(const json::Value& value) {
  return (value.is_object() && !value.get_object().empty()) || (value.is_array() && !value.get_array().empty());
}

void write(const json::Value& value, const std::string& indent, std::string& out);

void write_object(const json::Object& object, const std::string& indent, std::string& out) {
  bool first = true;
  for (const auto& member : object) {
    if (!first) out += indent;
    first = false;
    out += scalar(json::Value(member.key())) + ":";
    if (!is_block(member.value())) {
      out += " " + scalar(member.value()) + "\n";
      continue;
    }
    const std::string deeper = indent + "  ";
    out += "\n" + deeper;
    write(member.value(), deeper, out);
  }
}

void write_array(const json::Array& array, const std::string& indent, std::string& out) {
  bool first = true;
  for (const json::Value& item : array) {
    if (!first) out += indent;
    first = false;
    out += "- ";
    write(item, indent + "  ", out);
  }
}

// The cursor stands behind the indentation of the first line.
void write(const json::Value& value, const std::string& indent, std::string& out) {
  if (!is_block(value)) {
    out += scalar(value) + "\n";
  } else if (value.is_object()) {
    write_object(value.get_object(), indent, out);
  } else {
    write_array(value.get_array(), indent, out);
  }
}

}  // namespace

std::string to_yaml(const json::Value& value) {
  std::string out;
  write(value, "", out);
  return out;
}

}  // namespace holdfast::cli
