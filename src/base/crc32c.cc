#include "base/crc32c.h"

#include <array>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace holdfast {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected Castagnoli

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    table[i] = crc;
  }
  return table;
}
constexpr auto kTable = make_table();

std::uint32_t update_software(std::uint32_t state, ByteView bytes) {
  for (const std::uint8_t byte : bytes)
    state = (state >> 8U) ^ kTable[(state ^ byte) & 0xFFU];
  return state;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t update_hardware(std::uint32_t state, ByteView bytes) {
  std::uint64_t wide = state;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8)
    wide = _mm_crc32_u64(wide, load_le<std::uint64_t>(at));
  auto narrow = static_cast<std::uint32_t>(wide);
  for (; left > 0; ++at, --left)
    narrow = _mm_crc32_u8(narrow, *at);
  return narrow;
}
const bool g_hardware = __builtin_cpu_supports("sse4.2") != 0;
#endif

std::uint32_t update(std::uint32_t state, ByteView bytes) {
#if defined(__x86_64__)
  if (g_hardware) return update_hardware(state, bytes);
#endif
  return update_software(state, bytes);
}

// a * b modulo the polynomial, both in reflected bit order (bit 31 is x^0).
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (std::uint32_t mask = 1U << 31U; mask != 0; mask >>= 1U) {
    if ((a & mask) != 0) product ^= b;
    b = (b >> 1U) ^ ((b & 1U) != 0 ? kPolynomial : 0U);
  }
  return product;
}

// x^(8 * 2^k) modulo the polynomial, for k = 0..63.
constexpr std::array<std::uint32_t, 64> make_powers() {
  std::array<std::uint32_t, 64> powers{};
  std::uint32_t power = 1U << 30U;  // x^1
  for (int i = 0; i < 3; ++i)
    power = multiply(power, power);
  for (auto& entry : powers) {
    entry = power;
    power = multiply(power, power);
  }
  return powers;
}
constexpr auto kPowers = make_powers();

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, ByteView bytes) {
  return ~update(~crc, bytes);
}

std::uint32_t crc32c_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
  std::uint32_t shifted = crc_a;
  for (std::size_t k = 0; length_b != 0; ++k, length_b >>= 1U) {
    if ((length_b & 1U) != 0) shifted = multiply(kPowers[k], shifted);
  }
  return shifted ^ crc_b;
}

}  // namespace holdfast
