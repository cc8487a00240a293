#include "model/json_numbers.h"

#include <array>
#include <charconv>
#include <string_view>

namespace holdfast::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A digit, E, a digit or a minus: in a number, or by chance in a string.
bool may_have_exponent(std::string_view text) {
  for (std::size_t at = 1; (at = text.find('E', at)) != std::string_view::npos; ++at) {
    if (at + 1 < text.size() && is_digit(text[at - 1]) && (is_digit(text[at + 1]) || text[at + 1] == '-')) return true;
  }
  return false;
}

std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

std::size_t end_of_number(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of("0123456789+-.eE", at);
  return end == std::string_view::npos ? text.size() : end;
}

void append_number(std::string& out, std::string_view number) {
  double value = 0;
  const char* const end = number.data() + number.size();
  std::array<char, 32> shortest{};
  if (number.find('E') == std::string_view::npos || std::from_chars(number.data(), end, value).ec != std::errc()) {
    out += number;
    return;
  }
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value);
  const std::string_view text(shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace

std::string with_plain_numbers(std::string text) {
  if (!may_have_exponent(text)) return text;
  std::string out;
  out.reserve(text.size());
  const std::string_view all = text;
  for (std::size_t at = 0; at < all.size();) {
    const char c = all[at];
    if (c == '"') {
      const std::size_t end = end_of_string(all, at);
      out += all.substr(at, end - at);
      at = end;
    } else if (c == '-' || is_digit(c)) {
      const std::size_t end = end_of_number(all, at);
      append_number(out, all.substr(at, end - at));
      at = end;
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

}  // namespace holdfast::json
