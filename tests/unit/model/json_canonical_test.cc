#include "model/json_canonical.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace holdfast::json {
namespace {

std::string canonical(std::string_view text) {
  return to_canonical_string(parse(text, kMiB).value());
}

bool equal_texts(std::string_view a, std::string_view b) {
  return equal(parse(a, kMiB).value(), parse(b, kMiB).value());
}

TEST(JsonCanonical, SortsMembersAndLeavesListsAsTheyAre) {
  EXPECT_EQ(canonical(R"({"b":[2,1],"a":{"d":1,"c":null},"B":true})"), R"({"B":true,"a":{"c":null,"d":1},"b":[2,1]})");
}

TEST(JsonCanonical, WritesWholeNumbersWithoutAFraction) {
  EXPECT_EQ(canonical("[1.0,1e3,-0.0,18446744073709551615,9223372036854775808.0,-9223372036854775808.0]"),
            "[1,1000,0,18446744073709551615,9223372036854775808,-9223372036854775808]");
}

TEST(JsonCanonical, LeavesOtherNumbersAlone) {
  EXPECT_EQ(canonical("[0.5]"), to_string(parse("[0.5]", kMiB).value()));
}

TEST(JsonCanonical, EscapesNamesAndTexts) {
  EXPECT_EQ(canonical(R"({"\"\n":"\u0000"})"), R"({"\"\n":"\u0000"})");
}

TEST(JsonCanonical, KnowsWholeNumbers) {
  EXPECT_TRUE(is_whole(1));
  EXPECT_TRUE(is_whole(5.0));
  EXPECT_TRUE(is_whole(UINT64_MAX));
  EXPECT_FALSE(is_whole(0.5));
  EXPECT_FALSE(is_whole(1e300));
  EXPECT_FALSE(is_whole("1"));
}

TEST(JsonCanonical, ComparesByMeaning) {
  EXPECT_TRUE(equal_texts(R"({"a":1,"b":[{"x":2.0}]})", R"({"b":[{"x":2}],"a":1.0})"));
  EXPECT_FALSE(equal_texts("[1,2]", "[2,1]"));
  EXPECT_FALSE(equal_texts(R"({"a":1})", R"({"a":1,"b":null})"));
  EXPECT_FALSE(equal_texts("1", R"("1")"));
  EXPECT_FALSE(equal_texts("9007199254740993", "9007199254740992.0"));
}

}  // namespace
}  // namespace holdfast::json
