#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/utf8.h"
#include "objectstore/object_store.h"

namespace holdfast::test {
namespace {

using objectstore::check_key;

TEST(CheckKey, AcceptsOrdinaryAndOddNames) {
  for (const char* key : {"a", "a/b/c", "...", ".a", "a..b", " ", "ä/✓", "a b+c%20=d", "-"}) {
    EXPECT_TRUE(check_key(key)) << key;
  }
  EXPECT_TRUE(check_key(std::string(1024, 'x')));
}

TEST(CheckKey, SaysWhatIsWrong) {
  const auto wrong = [](std::string_view key) { return check_key(key).error().message; };
  EXPECT_THAT(wrong(""), ::testing::HasSubstr("empty"));
  EXPECT_THAT(wrong("a//b"), ::testing::HasSubstr("empty segment"));
  EXPECT_THAT(wrong("a/../b"), ::testing::HasSubstr("\"..\""));
  EXPECT_THAT(wrong("a\x7f"), ::testing::HasSubstr("control character"));
  EXPECT_THAT(wrong("\xc3"), ::testing::HasSubstr("UTF-8"));
  EXPECT_THAT(wrong(std::string(1025, 'x')), ::testing::HasSubstr("1024"));
}

TEST(CheckKey, MessagesHoldNoTerminalEscapes) {
  const std::string message = check_key("a\x1b[2Jb").error().message;

  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

TEST(Utf8, RefusesOverlongSurrogatesAndWhatIsCutOff) {
  for (const char* text :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

// Encodes a code point by the definition; the checker must accept exactly the scalar values.
std::string encode(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0U | point >> 6U), byte(0x80U | (point & 0x3fU))};
  if (point < 0x10000) {
    return {byte(0xe0U | point >> 12U), byte(0x80U | (point >> 6U & 0x3fU)), byte(0x80U | (point & 0x3fU))};
  }
  return {byte(0xf0U | point >> 18U), byte(0x80U | (point >> 12U & 0x3fU)), byte(0x80U | (point >> 6U & 0x3fU)),
          byte(0x80U | (point & 0x3fU))};
}

TEST(Utf8, AcceptsEveryScalarValueAndNothingElse) {
  for (std::uint32_t point = 0; point < 0x1fffff; ++point) {
    const bool scalar = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    ASSERT_EQ(is_utf8(encode(point)), scalar) << point;
  }
}

TEST(CheckKey, NeverAcceptsAKeyThatLeavesItsFolder) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& segments) {
    std::string key;
    for (const std::string& segment : segments)
      key += segment + "/";
    key += "..";
    RC_ASSERT(!check_key(key));
  }));
}

}  // namespace
}  // namespace holdfast::test
