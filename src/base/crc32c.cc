#include "base/crc32c.h"

#include <array>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#endif

namespace holdfast {
namespace {

// Polynomials modulo P are kept in reflected bit order: bit 31 is the coefficient of x^0.
constexpr std::uint32_t kPolynomial = 0x82F63B78;
constexpr std::uint32_t kOne = 1U << 31U;

constexpr std::uint32_t times_x(std::uint32_t a) {
  return (a >> 1U) ^ ((a & 1U) != 0 ? kPolynomial : 0U);
}
constexpr std::uint32_t over_x(std::uint32_t a) {
  return (a & kOne) != 0 ? ((a ^ kPolynomial) << 1U) | 1U : a << 1U;
}

constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (std::uint32_t mask = kOne; mask != 0; mask >>= 1U) {
    if ((a & mask) != 0) product ^= b;
    b = times_x(b);
  }
  return product;
}

// x^exponent modulo P; exponent may be negative.
constexpr std::uint32_t power_of_x(int exponent) {
  std::uint32_t power = kOne;
  for (; exponent > 0; --exponent)
    power = times_x(power);
  for (; exponent < 0; ++exponent)
    power = over_x(power);
  return power;
}

// The crc32 instruction applied to a carry-less product multiplies it by another x^33, so every constant meant for it
// carries x^-33 (see multiply_hardware).
constexpr int kProductExcess = 33;

constexpr std::array<std::uint32_t, 256> make_byte_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = times_x(crc);
    table[i] = crc;
  }
  return table;
}
constexpr auto kByteTable = make_byte_table();

// entry [k][d] = x^(8 * d * 16^k) * x^excess: appending n zero bytes multiplies a checksum by one entry per hex digit
// of n.
using ShiftTable = std::array<std::array<std::uint32_t, 16>, 16>;
constexpr ShiftTable make_shift_table(int excess) {
  ShiftTable table{};
  std::uint32_t step = power_of_x(8);
  for (auto& row : table) {
    std::uint32_t power = kOne;
    for (auto& entry : row) {
      entry = multiply(power, power_of_x(excess));
      power = multiply(power, step);
    }
    step = power;  // step^16
  }
  return table;
}
constexpr ShiftTable kShift = make_shift_table(0);

std::uint32_t update_software(std::uint32_t state, ByteView bytes) {
  for (const std::uint8_t byte : bytes)
    state = (state >> 8U) ^ kByteTable[(state ^ byte) & 0xFFU];
  return state;
}

#if defined(__x86_64__)

#define HF_CRC_TARGET __attribute__((target("sse4.2,pclmul")))

constexpr ShiftTable kShiftHardware = make_shift_table(-kProductExcess);
const bool g_hardware = __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;

// a * b * x^kProductExcess modulo P, before the reduction: bit 63 is the coefficient of x^0.
HF_CRC_TARGET std::uint64_t carryless(std::uint32_t a, std::uint32_t b) {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_cvtsi32_si128(static_cast<int>(a)), _mm_cvtsi32_si128(static_cast<int>(b)), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

HF_CRC_TARGET std::uint32_t multiply_hardware(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(_mm_crc32_u64(0, carryless(a, b)));
}

// The instruction takes three cycles but one can be started every cycle: three lanes side by side, joined at the end.
template <std::size_t kLane>
HF_CRC_TARGET std::uint32_t update_three_lanes(std::uint32_t state, const std::uint8_t* at) {
  constexpr std::uint32_t kOneLane = multiply(power_of_x(8 * kLane), power_of_x(-kProductExcess));
  constexpr std::uint32_t kTwoLanes = multiply(power_of_x(16 * kLane), power_of_x(-kProductExcess));
  std::uint64_t first = state;
  std::uint64_t second = 0;
  std::uint64_t third = 0;
  for (std::size_t i = 0; i < kLane; i += 8, at += 8) {
    first = _mm_crc32_u64(first, load_le<std::uint64_t>(at));
    second = _mm_crc32_u64(second, load_le<std::uint64_t>(at + kLane));
    third = _mm_crc32_u64(third, load_le<std::uint64_t>(at + 2 * kLane));
  }
  const std::uint64_t joined =
      carryless(static_cast<std::uint32_t>(first), kTwoLanes) ^ carryless(static_cast<std::uint32_t>(second), kOneLane);
  return static_cast<std::uint32_t>(third ^ _mm_crc32_u64(0, joined));
}

HF_CRC_TARGET std::uint32_t update_hardware(std::uint32_t state, ByteView bytes) {
  constexpr std::size_t kLongLane = 1024;
  constexpr std::size_t kShortLane = 128;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3 * kLongLane; at += 3 * kLongLane, left -= 3 * kLongLane) {
    state = update_three_lanes<kLongLane>(state, at);
  }
  for (; left >= 3 * kShortLane; at += 3 * kShortLane, left -= 3 * kShortLane) {
    state = update_three_lanes<kShortLane>(state, at);
  }
  std::uint64_t wide = state;
  for (; left >= 8; at += 8, left -= 8)
    wide = _mm_crc32_u64(wide, load_le<std::uint64_t>(at));
  auto narrow = static_cast<std::uint32_t>(wide);
  for (; left > 0; ++at, --left)
    narrow = _mm_crc32_u8(narrow, *at);
  return narrow;
}

HF_CRC_TARGET std::uint32_t shift_hardware(std::uint32_t crc, std::uint64_t length) {
  for (std::size_t k = 0; length != 0; ++k, length >>= 4U) {
    if ((length & 0xFU) != 0) crc = multiply_hardware(crc, kShiftHardware[k][length & 0xFU]);
  }
  return crc;
}

#endif

}  // namespace

std::uint32_t crc32c_portable(std::uint32_t crc, ByteView bytes) {
  return ~update_software(~crc, bytes);
}

std::uint32_t crc32c_combine_portable(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
  for (std::size_t k = 0; length_b != 0; ++k, length_b >>= 4U) {
    if ((length_b & 0xFU) != 0) crc_a = multiply(kShift[k][length_b & 0xFU], crc_a);
  }
  return crc_a ^ crc_b;
}

std::uint32_t crc32c(std::uint32_t crc, ByteView bytes) {
#if defined(__x86_64__)
  if (g_hardware) return ~update_hardware(~crc, bytes);
#endif
  return crc32c_portable(crc, bytes);
}

std::uint32_t crc32c_combine(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
#if defined(__x86_64__)
  if (g_hardware) return shift_hardware(crc_a, length_b) ^ crc_b;
#endif
  return crc32c_combine_portable(crc_a, crc_b, length_b);
}

}  // namespace holdfast
