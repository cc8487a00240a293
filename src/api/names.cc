#include "api/names.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace holdfast::api {
namespace {

constexpr std::size_t kLongestPrefix = 58;
constexpr std::size_t kSuffixLength = 5;
constexpr std::string_view kSuffixLetters = "bcdfghjklmnpqrstvwxz2456789";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_small_alnum(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}
bool is_alnum(char c) {
  return is_small_alnum(c) || (c >= 'A' && c <= 'Z');
}

bool is_dns_part(std::string_view text) {
  return !text.empty() && is_small_alnum(text.front()) && is_small_alnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_small_alnum(c) || c == '-'; });
}

bool is_name_part(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabel && is_alnum(text.front()) && is_alnum(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

bool is_dns_label(std::string_view text) {
  return text.size() <= kMaxLabel && is_dns_part(text);
}

bool is_dns_subdomain(std::string_view text) {
  if (text.size() > kMaxName) return false;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_dns_part(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_dns_part(text);
}

bool is_qualified_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_name_part(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_name_part(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) {
  return text.empty() || is_name_part(text);
}

bool is_data_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

std::string generated_name(std::string_view prefix, os::Random& random) {
  std::string name(prefix.substr(0, kLongestPrefix));
  const std::size_t wanted = name.size() + kSuffixLength;
  // Bytes past the last whole multiple are thrown away, so that every letter is equally likely.
  constexpr std::size_t kUsable = 256 / kSuffixLetters.size() * kSuffixLetters.size();
  while (name.size() < wanted) {
    std::array<std::uint8_t, 16> bytes{};
    random.fill(bytes);
    for (const std::uint8_t byte : bytes) {
      if (byte < kUsable && name.size() < wanted) name += kSuffixLetters[byte % kSuffixLetters.size()];
    }
  }
  return name;
}

std::string new_uid(os::Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  const std::string hex = to_hex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

}  // namespace holdfast::api
