#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "model/stored_json.h"

namespace holdfast::json {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text, std::size_t limit = kMiB) {
  const auto value = parse(text, limit);
  if (value) return "accepted";
  EXPECT_EQ(value.error().code, Code::corrupt);
  return value.error().message;
}

TEST(JsonParse, ReadsEveryKindOfValue) {
  const auto value = parse(R"( {"a": [1, -2, true, null, "x"], "b": {"c": 18446744073709551615}} )", kMiB);
  ASSERT_TRUE(value) << value.error().to_string();
  EXPECT_EQ(to_string(*value), R"({"a":[1,-2,true,null,"x"],"b":{"c":18446744073709551615}})");
}

TEST(JsonParse, RefusesWhatIsNotOneJsonText) {
  for (const char* bad : {"", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1 2", "nul", "\"a", "\"\\x\"", "'a'",
                          "// c\n1", "\"\x01\"", "NaN", "\xff", "\"\xc3\x28\"", "\"\\ud800\""}) {
    EXPECT_THAT(error_of(bad), HasSubstr("not JSON near byte")) << bad;
  }
}

TEST(JsonParse, SaysWhereItStopsBeingJson) {
  EXPECT_THAT(error_of("{\"a\":1,!}"), HasSubstr("near byte 7"));
}

TEST(JsonParse, RefusesANameThatOccursTwiceInOneObject) {
  EXPECT_THAT(error_of(R"({"a":1,"b":2,"a":3})"), HasSubstr("member \"a\" occurs twice"));
  EXPECT_THAT(error_of(R"([{"x":{"a":[],"a":{}}}])"), HasSubstr("occurs twice"));
  EXPECT_THAT(error_of(R"({"a":1,"a\u0000":2,"a\u0000":2})"), HasSubstr("occurs twice"));
}

TEST(JsonParse, RefusesANameThatOccursTwiceInOtherWriting) {
  EXPECT_THAT(error_of(R"({"a":1,"\u0061":2})"), HasSubstr("member \"a\" occurs twice"));
  EXPECT_THAT(error_of(R"({"\/":1,"/":2})"), HasSubstr("occurs twice"));
  EXPECT_THAT(error_of(R"({"\"":1,"\u0022":2})"), HasSubstr("occurs twice"));
}

TEST(JsonParse, AllowsTheSameNameInDifferentObjectsAndInStrings) {
  EXPECT_TRUE(parse(R"({"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"{\"a\":1,\"a\":2}","\\":0,"\\\\":0})", kMiB));
}

TEST(JsonParse, RefusesTextsLargerThanTheLimit) {
  EXPECT_TRUE(parse("[1,2]", 5));
  EXPECT_THAT(error_of("[1,2]", 4), HasSubstr("larger than the 4 allowed"));
}

TEST(JsonParse, RefusesMoreThan32Levels) {
  EXPECT_TRUE(parse(std::string(32, '[') + std::string(32, ']'), kMiB));
  EXPECT_NE(error_of(std::string(33, '[') + std::string(33, ']')), "accepted");
  EXPECT_NE(error_of(std::string(500'000, '[')), "accepted");
}

TEST(JsonParse, RefusesNumbersThatNoNumberCanHold) {
  EXPECT_THAT(error_of(R"({"a":[1e400]})"), HasSubstr("too large"));
  EXPECT_TRUE(parse("1e300", kMiB));
}

TEST(JsonParseStored, ReadsTheSameAsTheStrictOneIntoEitherMemory) {
  constexpr std::string_view kText = R"({"a":[1,-2,true,null,"x",1.5],"b":{"c":{"d":"\u00e9"}}})";
  const auto strict = parse(kText, kMiB);
  const auto common = parse_stored(kText, {.bytes = kMiB});
  const auto piece = parse_stored(kText, {.bytes = kMiB}, Memory::one_piece);
  ASSERT_TRUE(strict && common && piece);
  EXPECT_EQ(*common, *strict);
  EXPECT_EQ(*piece, *strict);
}

TEST(JsonParseStored, AValueInOnePieceMayGrowAndBeCopiedOut) {
  auto piece = parse_stored(R"({"a":[]})", {.bytes = kMiB}, Memory::one_piece);
  ASSERT_TRUE(piece);
  for (int i = 0; i < 1000; ++i)
    piece->at("a").as_array().emplace_back("element");
  const Value copy(*piece, {});
  piece = Value();
  EXPECT_EQ(copy.at("a").as_array().size(), 1000U);
}

TEST(JsonParseStored, RefusesWhatIsNoJsonOrTooLargeOrTooDeep) {
  EXPECT_EQ(parse_stored("{", {.bytes = kMiB}).error().code, Code::corrupt);
  EXPECT_EQ(parse_stored("[1234567]", {.bytes = 8}).error().code, Code::no_space);
  EXPECT_EQ(parse_stored("[[[]]]", {.bytes = kMiB, .levels = 2}).error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::json
