#include "repository/checking_sources.h"

#include <gtest/gtest.h>

namespace holdfast::repository {
namespace {

const Bytes kContent = to_bytes("0123456789012345678901234567890123456789");

std::string hex_of(ByteView bytes) {
  return to_hex(Sha256::of(bytes));
}

TEST(DigestCheckSource, RightBytesEndCleanlyAgainAndAgain) {
  MemorySource memory(kContent);
  DigestCheck check(memory, kContent.size(), hex_of(kContent));
  EXPECT_EQ(*read_all(check, 1000), kContent);
  std::uint8_t byte = 0;
  EXPECT_EQ(*check.read({&byte, 1}), 0U);
}

TEST(DigestCheckSource, AWrongDigestIsNeverACleanEnd) {
  MemorySource memory(kContent);
  DigestCheck check(memory, kContent.size(), hex_of(to_bytes("else")));
  for (int i = 0; i < 2; ++i) {
    const auto read = read_all(check, 1000);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
  }
}

TEST(DigestCheckSource, ShorterAndLongerObjectsAreCorrupt) {
  for (const std::size_t size : {kContent.size() - 1, kContent.size() + 1}) {
    MemorySource memory(kContent);
    DigestCheck check(memory, size, hex_of(kContent));
    const auto read = read_all(check, 1000);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
  }
}

TEST(TrailerCheckSource, ComparesTheLastThirtyTwoBytesHoweverTheyAreRead) {
  const std::string trailer = to_hex(ByteView(kContent).last(32));
  for (const std::size_t step : {1U, 7U, 32U, 33U, 100U}) {
    MemorySource memory(kContent);
    TrailerCheck check(memory, kContent.size(), trailer);
    MemorySink sink(1000);
    EXPECT_TRUE(copy_all(check, sink, step));
    EXPECT_EQ(sink.bytes(), kContent);
  }
}

TEST(TrailerCheckSource, AnotherTrailerOrLengthIsCorrupt) {
  MemorySource memory(kContent);
  TrailerCheck other(memory, kContent.size(), std::string(64, '0'));
  EXPECT_FALSE(read_all(other, 1000));
  MemorySource again(kContent);
  TrailerCheck longer(again, kContent.size() + 512, to_hex(ByteView(kContent).last(32)));
  EXPECT_FALSE(read_all(longer, 1000));
}

TEST(PeekSourceHead, ShowsBytesWithoutTakingThem) {
  MemorySource memory(kContent);
  PeekSource peek(memory);
  EXPECT_EQ(as_text(*peek.peek(4)), "0123");
  EXPECT_EQ(*read_all(peek, 1000), kContent);
}

TEST(PeekSourceHead, AShortStreamGivesWhatItHas) {
  MemorySource memory(ByteView(kContent).first(2));
  PeekSource peek(memory);
  EXPECT_EQ(peek.peek(32)->size(), 2U);
  EXPECT_EQ(read_all(peek, 1000)->size(), 2U);
}

}  // namespace
}  // namespace holdfast::repository
