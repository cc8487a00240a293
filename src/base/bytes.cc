#include "base/bytes.h"

#include <bit>

namespace holdfast {

static_assert(std::endian::native == std::endian::little, "load_le and store_le assume a little-endian host");

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_value(std::string_view digits, char digit) {
  const auto at = digits.find(digit);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

int hex_value(char digit) {
  if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
  return digit_value(kHexDigits, digit);
}

}  // namespace

std::uint64_t load_be64(const std::uint8_t* at) {
  return __builtin_bswap64(load_le<std::uint64_t>(at));
}

void store_be64(std::uint8_t* at, std::uint64_t value) {
  store_le(at, __builtin_bswap64(value));
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 0xFU];
  }
  return text;
}

bool from_hex(std::string_view text, Bytes& out) {
  if (text.size() % 2 != 0) return false;
  Bytes decoded;
  decoded.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    decoded.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  out = std::move(decoded);
  return true;
}

std::string to_base64(ByteView bytes, bool padded) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8U) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      text += kBase64Digits[(bits >> static_cast<unsigned>(held)) & 0x3FU];
    }
  }
  if (held > 0) text += kBase64Digits[(bits << static_cast<unsigned>(6 - held)) & 0x3FU];
  while (padded && text.size() % 4 != 0)
    text += '=';
  return text;
}

bool from_base64(std::string_view text, bool padded, Bytes& out) {
  std::string_view digits = text;
  if (padded) {
    if (text.size() % 4 != 0) return false;
    for (int i = 0; i < 2 && !digits.empty() && digits.back() == '='; ++i)
      digits.remove_suffix(1);
  }
  Bytes decoded;
  decoded.reserve(digits.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : digits) {
    const int value = digit_value(kBase64Digits, digit);
    if (value < 0) return false;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      decoded.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(held)));
    }
  }
  // Canonical only: re-encoding must give the same text, so unused bits and odd lengths are refused.
  if (to_base64(decoded, padded) != text) return false;
  out = std::move(decoded);
  return true;
}

}  // namespace holdfast
