#include "pipeline/bech32.h"

#include <array>

#include "pipeline/age_crypto.h"

namespace holdfast::pipeline {
namespace {

constexpr std::string_view kDigits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumSize = 6;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The checksum's polynomial, as BIP 173 gives it: a BCH code over GF(32).
class Checksum {
 public:
  void add(unsigned digit) {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = value_ >> 25U;
    value_ = ((value_ & 0x1ffffffU) << 5U) ^ digit;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if (((top >> i) & 1U) != 0) value_ ^= kGenerator[i];
    }
  }
  void add_prefix(std::string_view prefix) {
    for (const char c : prefix)
      add(static_cast<unsigned char>(lower(c)) >> 5U);
    add(0);
    for (const char c : prefix)
      add(static_cast<unsigned char>(lower(c)) & 31U);
  }
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 1;
};

bool mixes_cases(std::string_view text) {
  bool upper_seen = false;
  bool lower_seen = false;
  for (const char c : text) {
    upper_seen = upper_seen || (c >= 'A' && c <= 'Z');
    lower_seen = lower_seen || (c >= 'a' && c <= 'z');
  }
  return upper_seen && lower_seen;
}

// Groups of five bits to bytes; what is left over must be fewer than five bits, all zero.
std::optional<Bytes> join_bits(const Bytes& digits) {
  Bytes data;
  data.reserve(digits.size());
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t digit : digits) {
    bits = ((bits << 5U) | digit) & 0xfffU;
    held += 5;
    if (held >= 8) {
      held -= 8;
      data.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  if (held >= 5 || (bits & ((1U << held) - 1U)) != 0) return std::nullopt;
  return data;
}

Bytes split_bits(ByteView data) {
  Bytes digits;
  digits.reserve(data.size() * 2);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t byte : data) {
    bits = ((bits << 8U) | byte) & 0xfffU;
    held += 8;
    while (held >= 5) {
      held -= 5;
      digits.push_back(static_cast<std::uint8_t>((bits >> held) & 31U));
    }
  }
  if (held > 0) digits.push_back(static_cast<std::uint8_t>((bits << (5 - held)) & 31U));
  return digits;
}

}  // namespace

std::string bech32_encode(std::string_view prefix, ByteView data) {
  std::string text;
  text.reserve(prefix.size() + 1 + data.size() * 2 + kChecksumSize);  // once: no copy of a secret key stays behind
  text.append(prefix) += '1';
  Checksum checksum;
  checksum.add_prefix(prefix);
  Bytes digits = split_bits(data);
  for (const std::uint8_t digit : digits) {
    checksum.add(digit);
    text += kDigits[digit];
  }
  age::wipe(digits);
  for (std::size_t i = 0; i < kChecksumSize; ++i)
    checksum.add(0);
  const std::uint32_t value = checksum.value() ^ 1U;
  for (std::size_t i = 0; i < kChecksumSize; ++i)
    text += kDigits[(value >> (5 * (kChecksumSize - 1 - i))) & 31U];
  return text;
}

std::optional<Bech32> bech32_decode(std::string_view text) {
  const auto separator = text.rfind('1');
  if (mixes_cases(text) || separator == std::string_view::npos || separator == 0) return std::nullopt;
  const std::string_view prefix = text.substr(0, separator);
  for (const char c : prefix) {
    if (c < 33 || c > 126) return std::nullopt;
  }
  Checksum checksum;
  checksum.add_prefix(prefix);
  Bytes digits;
  digits.reserve(text.size());
  for (const char c : text.substr(separator + 1)) {
    const auto digit = kDigits.find(lower(c));
    if (digit == std::string_view::npos) return std::nullopt;
    checksum.add(static_cast<unsigned>(digit));
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  if (digits.size() < kChecksumSize || checksum.value() != 1) return std::nullopt;
  digits.resize(digits.size() - kChecksumSize);
  auto data = join_bits(digits);
  age::wipe(digits);
  if (!data) return std::nullopt;
  return Bech32{std::string(prefix), std::move(*data)};
}

}  // namespace holdfast::pipeline
