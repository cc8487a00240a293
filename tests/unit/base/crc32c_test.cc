#include "base/crc32c.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

// The definition, bit by bit.
std::uint32_t by_definition(ByteView bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

// RFC 3720, appendix B.4, and the usual check value.
TEST(Crc32c, GivesTheKnownValues) {
  Bytes ascending(32);
  for (std::size_t i = 0; i < ascending.size(); ++i)
    ascending[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(crc32c(0, as_bytes("")), 0U);
  EXPECT_EQ(crc32c(0, as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c(0, Bytes(32, 0x00)), 0x8A9136AAU);
  EXPECT_EQ(crc32c(0, Bytes(32, 0xFF)), 0x62A8AB43U);
  EXPECT_EQ(crc32c(0, ascending), 0x46DD794EU);
}

RC_GTEST_PROP(Crc32c, EqualsItsDefinition, (const Bytes& bytes)) {
  RC_ASSERT(crc32c(0, bytes) == by_definition(bytes));
}

RC_GTEST_PROP(Crc32c, DoesNotDependOnHowTheBytesArrive, (const Bytes& head, const Bytes& tail)) {
  Bytes whole = head;
  whole.insert(whole.end(), tail.begin(), tail.end());
  RC_ASSERT(crc32c(crc32c(0, head), tail) == crc32c(0, whole));
}

RC_GTEST_PROP(Crc32c, CombinesPartsSeenApart, (const Bytes& head, const Bytes& tail)) {
  RC_ASSERT(crc32c_combine(crc32c(0, head), crc32c(0, tail), tail.size()) == crc32c(crc32c(0, head), tail));
}

TEST(Crc32c, CombinesALongTail) {
  const Bytes tail(5'000'001, 0x5A);
  const Bytes head(3, 0x11);
  EXPECT_EQ(crc32c_combine(crc32c(0, head), crc32c(0, tail), tail.size()), crc32c(crc32c(0, head), tail));
}

// Lengths far beyond memory: appending 2^40 zero bytes at once equals doing it in two halves.
TEST(Crc32c, CombinesLengthsBeyondMemory) {
  const std::uint64_t half = 1ULL << 39U;
  std::uint32_t zeros = crc32c(0, Bytes(1, 0));
  for (std::uint64_t length = 1; length < half; length *= 2)
    zeros = crc32c_combine(zeros, zeros, length);
  const std::uint32_t head = crc32c(0, as_bytes("head"));
  const std::uint32_t both = crc32c_combine(zeros, zeros, half);
  EXPECT_EQ(crc32c_combine(head, both, 2 * half), crc32c_combine(crc32c_combine(head, zeros, half), zeros, half));
}

// Long enough for every way the instructions are put to use, at every alignment.
TEST(Crc32c, IsTheSameWithAndWithoutInstructions) {
  Bytes bytes(20000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * i * 31 + i / 7);
  for (const std::size_t size : {1U, 7U, 8U, 100U, 383U, 384U, 1000U, 3071U, 3072U, 4096U, 19000U}) {
    for (std::size_t offset = 0; offset < 9; ++offset) {
      const ByteView view = ByteView(bytes).subspan(offset, size);
      ASSERT_EQ(crc32c(0x12345678, view), crc32c_portable(0x12345678, view)) << size << " at " << offset;
    }
  }
}

RC_GTEST_PROP(Crc32c, CombinesAnyLengthWithAndWithoutInstructions,
              (std::uint32_t a, std::uint32_t b, std::uint64_t length)) {
  RC_ASSERT(crc32c_combine(a, b, length) == crc32c_combine_portable(a, b, length));
}

TEST(Crc32c, OfARangeFollowsFromThoseOfItsEnds) {
  Bytes bytes(5000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7);
  const ByteView view(bytes);
  for (const std::size_t from : {0U, 1U, 100U, 4096U}) {
    const std::uint32_t before = crc32c(0, view.first(from));
    EXPECT_EQ(crc32c(0, view.subspan(from)), crc32c(0, view) ^ crc32c_combine(before, 0, view.size() - from));
  }
}

}  // namespace
}  // namespace holdfast
