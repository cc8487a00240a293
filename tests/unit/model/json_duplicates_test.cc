#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::json {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Limits kLimits{.bytes = kMiB, .levels = 64};

std::vector<std::string> duplicates_in(std::string_view text) {
  std::vector<std::string> duplicates;
  const auto value = parse_with_duplicates(text, kLimits, duplicates);
  EXPECT_TRUE(value) << value.error().to_string();
  return duplicates;
}

TEST(JsonDuplicates, AreToldWithTheirPlaces) {
  EXPECT_THAT(duplicates_in(R"({"spec":{"keep":1,"list":[0,{"a":1,"b":{},"a":2}],"keep":2},"x":1,"spec":3})"),
              ElementsAre("spec.list[1].a", "spec.keep", "spec"));
}

TEST(JsonDuplicates, AreFoundHoweverTheyAreWritten) {
  EXPECT_THAT(duplicates_in(R"({"a":1,"\u0061":2})"), ElementsAre("a"));
}

TEST(JsonDuplicates, AreNoneInDifferentObjects) {
  EXPECT_THAT(duplicates_in(R"([{"a":1},{"a":1},{"b":{"a":{"a":1}}}])"), IsEmpty());
}

TEST(JsonDuplicates, TheLastOneCounts) {
  std::vector<std::string> duplicates;
  const auto value = parse_with_duplicates(R"({"a":1,"b":2,"a":3})", kLimits, duplicates);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("a"), 3);
}

TEST(JsonDuplicates, AreAHundredAtMostAndShort) {
  const std::string name(5000, 'n');
  std::string text = "{\"" + name + "\":{\"z\":0";
  for (int i = 0; i < 500; ++i)
    text += ",\"z\":1";
  const std::vector<std::string> found = duplicates_in(text + "}}");
  EXPECT_THAT(found, SizeIs(100));
  for (const std::string& path : found)
    EXPECT_LT(path.size(), 310U);
}

TEST(JsonDuplicates, TextsThatAreTooLargeOrTooDeepAreRefused) {
  std::vector<std::string> duplicates;
  const auto large = parse_with_duplicates("[1, 2]", {.bytes = 5, .levels = 64}, duplicates);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Code::no_space);
  const auto deep = parse_with_duplicates("[[[1]]]", {.bytes = 100, .levels = 2}, duplicates);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Code::corrupt);
  EXPECT_THAT(deep.error().message, HasSubstr("too deep"));
  EXPECT_TRUE(parse_with_duplicates("[[[1]]]", {.bytes = 100, .levels = 3}, duplicates));
}

}  // namespace
}  // namespace holdfast::json
