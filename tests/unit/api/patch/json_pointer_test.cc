#include "api/patch/json_pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/patch/json_text.h"

namespace holdfast::api {
namespace {

using test::parsed;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(JsonPointer, PointsAsTheExamplesOfTheRfcDo) {
  json::Value document = parsed(R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5,
                                    "k\"l": 6, " ": 7, "m~n": 8})");
  const std::vector<std::pair<std::string, json::Value>> examples{
      {"/foo", json::Array{"bar", "baz"}},
      {"/foo/0", "bar"},
      {"/", 0},
      {"/a~1b", 1},
      {"/c%d", 2},
      {"/e^f", 3},
      {"/g|h", 4},
      {"/i\\j", 5},
      {"/k\"l", 6},
      {"/ ", 7},
      {"/m~0n", 8},
  };
  for (const auto& [text, value] : examples) {
    const auto pointer = JsonPointer::parse(text);
    ASSERT_TRUE(pointer) << text;
    const json::Value* found = pointer->find(document);
    ASSERT_NE(found, nullptr) << text;
    EXPECT_EQ(*found, value) << text;
  }
  EXPECT_EQ(JsonPointer::parse("")->find(document), &document);
}

TEST(JsonPointer, UnescapesTheSlashBeforeTheTilde) {
  EXPECT_THAT(JsonPointer::parse("/~01/~10")->parts, ElementsAre("~1", "/0"));
}

TEST(JsonPointer, RefusesWhatIsNone) {
  for (const char* bad : {"a", "a/b", "/~", "/~2", "/a~"}) {
    EXPECT_FALSE(JsonPointer::parse(bad)) << bad;
  }
}

TEST(JsonPointer, RefusesMorePartsThanADocumentMayHaveLevels) {
  std::string text;
  for (std::size_t i = 0; i < kMaxLevels; ++i) {
    text += "/a";
  }
  EXPECT_TRUE(JsonPointer::parse(text));
  EXPECT_FALSE(JsonPointer::parse(text + "/a"));
}

TEST(JsonPointer, TakesOnlyPlainNumbersAsPlacesInAList) {
  EXPECT_EQ(list_index("0"), 0U);
  EXPECT_EQ(list_index("12"), 12U);
  for (const char* bad : {"", "-", "-1", "01", "1e0", "1 ", "+1", "99999999999999999999999"}) {
    EXPECT_FALSE(list_index(bad)) << bad;
  }
}

TEST(JsonPointer, FindsNothingBelowAScalarOrBeyondAList) {
  json::Value document = parsed(R"({"a": 1, "l": [1]})");
  for (const char* text : {"/a/b", "/l/1", "/l/-", "/b", "/l/x"}) {
    EXPECT_EQ(JsonPointer::parse(text)->find(document), nullptr) << text;
  }
}

}  // namespace
}  // namespace holdfast::api
