#include "http/server/text_rules.h"

#include <algorithm>

#include <strings.h>

namespace holdfast::http {
namespace {

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Bytes that follow the first one of a character, and the smallest and largest value of the second (Unicode, table
// 3-7).
struct Lead {
  std::size_t followers = 0;
  unsigned char lowest = 0x80;
  unsigned char highest = 0xbf;
};

bool read_lead(unsigned char first, Lead& lead) {
  if (first < 0x80) {
    lead.followers = 0;
  } else if (first >= 0xc2 && first <= 0xdf) {
    lead.followers = 1;
  } else if (first >= 0xe0 && first <= 0xef) {
    lead.followers = 2;
    if (first == 0xe0) lead.lowest = 0xa0;
    if (first == 0xed) lead.highest = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    lead.followers = 3;
    if (first == 0xf0) lead.lowest = 0x90;
    if (first == 0xf4) lead.highest = 0x8f;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\t'; });
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    Lead lead;
    if (!read_lead(static_cast<unsigned char>(text[at]), lead) || text.size() - at <= lead.followers) return false;
    for (std::size_t i = 1; i <= lead.followers; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if (byte < (i == 1 ? lead.lowest : 0x80) || byte > (i == 1 ? lead.highest : 0xbf)) return false;
    }
    at += lead.followers + 1;
  }
  return true;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool list_holds(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (equal_without_case(trimmed(list.substr(0, end)), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace holdfast::http
