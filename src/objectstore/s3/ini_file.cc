#include "objectstore/s3/ini_file.h"

#include <algorithm>
#include <optional>

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::string_view kSpace = " \t\r\f\v";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(kSpace), line.size());
}

bool is_comment(std::string_view text) {
  return text.starts_with('#') || text.starts_with(';');
}

std::string_view without_comment(std::string_view value) {
  for (std::size_t at = 1; at < value.size(); ++at) {
    if (is_comment(value.substr(at)) && kSpace.find(value[at - 1]) != std::string_view::npos) {
      return trimmed(value.substr(0, at));
    }
  }
  return is_comment(value) ? std::string_view() : trimmed(value);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// `profile  "my name"` -> `profile my name`.
std::string section_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool space = kSpace.find(c) != std::string_view::npos;
    if (c == '"' || c == '\'' || (space && (name.empty() || name.back() == ' '))) continue;
    name += space ? ' ' : c;
  }
  while (name.ends_with(' '))
    name.pop_back();
  return name;
}

class Parser {
 public:
  // False when the line is neither section nor setting.
  bool take(std::string_view line) {
    const std::string_view content = trimmed(line);
    if (content.empty() || is_comment(content)) return true;
    if (content.front() == '[') return begin_section(content);
    if (section_ == nullptr) return false;
    if (!last_name_.empty() && indent_of(line) > last_indent_) return go_on(content);
    const auto equals = content.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    last_indent_ = indent_of(line);
    last_name_ = lower_case(trimmed(content.substr(0, equals)));
    (*section_)[last_name_] = without_comment(trimmed(content.substr(equals + 1)));
    return true;
  }

  IniFile result() { return std::move(file_); }

 private:
  bool begin_section(std::string_view content) {
    const auto close = content.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view behind = trimmed(content.substr(close + 1));
    if (!behind.empty() && !is_comment(behind)) return false;
    section_ = &file_[section_name(content.substr(1, close - 1))];
    last_name_.clear();
    return true;
  }

  // An indented line: a setting nested below one without a value, or else more of the last value.
  bool go_on(std::string_view content) {
    const auto equals = content.find('=');
    std::string& last = (*section_)[last_name_];
    if (last.empty() && equals != std::string_view::npos) {
      const std::string name = last_name_ + "." + lower_case(trimmed(content.substr(0, equals)));
      (*section_)[name] = without_comment(trimmed(content.substr(equals + 1)));
    } else {
      last.append("\n").append(content);
    }
    return true;
  }

  IniFile file_;
  IniSection* section_ = nullptr;  // in file_, whose elements do not move
  std::string last_name_;
  std::size_t last_indent_ = 0;
};

}  // namespace

Result<IniFile> parse_ini(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Parser parser;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!parser.take(text.substr(0, end))) {
      return fail(Code::usage, "line {} is neither a [section] nor \"name = value\"", number);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.result();
}

}  // namespace holdfast::objectstore::s3
