#include "work/container/output_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::work {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecret = "s3cr3t/Key+==";

std::vector<Secret> secrets(std::string_view value = kSecret) {
  return shown_forms(Secret(value));
}

TEST(OutputTail, ShortOutputIsShownWhole) {
  OutputTail tail({});
  tail.add("one\n");
  tail.add("two\n\n");
  EXPECT_EQ(tail.text(), "one\ntwo\n\n");
  EXPECT_EQ(tail.last_line(), "two");
}

TEST(OutputTail, OfLongOutputTheEndIsKept) {
  OutputTail tail({});
  for (int i = 0; i < 5000; ++i)
    tail.add(fmt::format("line {}\n", i));
  EXPECT_LE(tail.text().size(), kOutputTail);
  EXPECT_TRUE(tail.text().ends_with("line 4998\nline 4999\n"));
  OutputTail once({});
  once.add(std::string(100'000, 'x') + "end");
  EXPECT_TRUE(once.text().ends_with("xend"));
}

TEST(OutputTail, SecretsAreHiddenInEveryForm) {
  OutputTail tail(secrets());
  tail.add("key s3cr3t/Key+== url s3cr3t%2FKey%2B%3D%3D and s3cr3t%2fKey%2b%3d%3d base64 czNjcjN0L0tleSs9PQ==\n");
  EXPECT_EQ(tail.text(), "key *** url *** and *** base64 ***==\n");
}

TEST(OutputTail, ASecretThatComesInPiecesIsHidden) {
  OutputTail tail(secrets());
  for (const char each : std::string_view(kSecret))
    tail.add({&each, 1});
  EXPECT_EQ(tail.text(), "***");
}

TEST(OutputTail, ALineOfALongSecretIsHiddenToo) {
  OutputTail tail(secrets("-----BEGIN KEY-----\nAAAABBBBCCCCDDDD\n-----END KEY-----"));
  tail.add("cannot use AAAABBBBCCCCDDDD\n");
  EXPECT_EQ(tail.text(), "cannot use ***\n");
}

TEST(OutputTail, BytesThatCannotBeShownAreNot) {
  OutputTail tail({});
  tail.add("a\x1b[31mred\xff\xc3\xa9\r\n");
  tail.add("10 %\r20 %\r");
  EXPECT_EQ(tail.text(), "a?[31mred?\xc3\xa9\n10 %\n20 %\n");
}

TEST(OutputTail, NoPartOfASecretIsLeftWhereverItIsCut) {
  EXPECT_TRUE(rc::check("no part of it", [] {
    // Letters that stand nowhere else: any of them that is shown is a part of the secret.
    const std::string secret = "ABCDEFGHIJKLMNOP";
    OutputTail tail(secrets(secret));
    const int pieces = *rc::gen::inRange(1, 300);
    for (int i = 0; i < pieces; ++i) {
      tail.add(std::string(*rc::gen::inRange<std::size_t>(0, 60), 'x'));
      tail.add(secret);
    }
    const std::string text = tail.text();
    RC_ASSERT(text.find_first_of("ABCDEFGHIJKLMNOP") == std::string::npos);
    RC_ASSERT(text.size() <= kOutputTail);
  }));
}

}  // namespace
}  // namespace holdfast::work
