#include "api/patch/json_patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/patch/json_text.h"

#include "api/patch/json_pointer.h"

namespace holdfast::api {
namespace {

using test::parsed;
using test::text_of;
using testing::HasSubstr;
using testing::Not;

std::string patched(std::string_view document, std::string_view patch) {
  return text_of(apply_json_patch(parsed(document), parsed(patch)));
}

struct Example {
  const char* name;
  const char* document;
  const char* patch;
  const char* result;
};

// RFC 6902, appendix A; the numbers are those of its sections.
const std::vector<Example> kExamples{
    {"A1", R"({"foo": "bar"})", R"([{"op": "add", "path": "/baz", "value": "qux"}])",
     R"({"baz": "qux", "foo": "bar"})"},
    {"A2", R"({"foo": ["bar", "baz"]})", R"([{"op": "add", "path": "/foo/1", "value": "qux"}])",
     R"({"foo": ["bar", "qux", "baz"]})"},
    {"A3", R"({"baz": "qux", "foo": "bar"})", R"([{"op": "remove", "path": "/baz"}])", R"({"foo": "bar"})"},
    {"A4", R"({"foo": ["bar", "qux", "baz"]})", R"([{"op": "remove", "path": "/foo/1"}])",
     R"({"foo": ["bar", "baz"]})"},
    {"A5", R"({"baz": "qux", "foo": "bar"})", R"([{"op": "replace", "path": "/baz", "value": "boo"}])",
     R"({"baz": "boo", "foo": "bar"})"},
    {"A6", R"({"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}})",
     R"([{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}])",
     R"({"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}})"},
    {"A7", R"({"foo": ["all", "grass", "cows", "eat"]})", R"([{"op": "move", "from": "/foo/1", "path": "/foo/3"}])",
     R"({"foo": ["all", "cows", "eat", "grass"]})"},
    {"A8", R"({"baz": "qux", "foo": ["a", 2, "c"]})",
     R"([{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}])",
     R"({"baz": "qux", "foo": ["a", 2, "c"]})"},
    {"A10", R"({"foo": "bar"})", R"([{"op": "add", "path": "/child", "value": {"grandchild": {}}}])",
     R"({"foo": "bar", "child": {"grandchild": {}}})"},
    {"A11", R"({"foo": "bar"})", R"([{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}])",
     R"({"foo": "bar", "baz": "qux"})"},
    {"A14", R"({"/": 9, "~1": 10})", R"([{"op": "test", "path": "/~01", "value": 10}])", R"({"/": 9, "~1": 10})"},
    {"A16", R"({"foo": ["bar"]})", R"([{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}])",
     R"({"foo": ["bar", ["abc", "def"]]})"},
};

class JsonPatchExamples : public testing::TestWithParam<Example> {};

TEST_P(JsonPatchExamples, OfTheRfc) {
  EXPECT_EQ(patched(GetParam().document, GetParam().patch), test::canonical_text(GetParam().result));
}

INSTANTIATE_TEST_SUITE_P(Rfc6902, JsonPatchExamples, testing::ValuesIn(kExamples),
                         [](const auto& each) { return each.param.name; });

TEST(JsonPatch, FailsWhereTheExamplesOfTheRfcDo) {
  EXPECT_EQ(patched(R"({"baz": "qux"})", R"([{"op": "test", "path": "/baz", "value": "bar"}])").substr(0, 3), "422");
  EXPECT_EQ(patched(R"({"foo": "bar"})", R"([{"op": "add", "path": "/baz/bat", "value": "qux"}])").substr(0, 3), "422");
  EXPECT_EQ(patched(R"({"/": 9, "~1": 10})", R"([{"op": "test", "path": "/~01", "value": "10"}])").substr(0, 3), "422");
}

TEST(JsonPatch, ReplacesTheWholeDocument) {
  EXPECT_EQ(patched(R"({"a": 1})", R"([{"op": "replace", "path": "", "value": {"b": 2}}])"), R"({"b":2})");
  EXPECT_EQ(patched(R"({"a": 1})", R"([{"op": "add", "path": "", "value": {"b": 2}}])"), R"({"b":2})");
}

TEST(JsonPatch, CopiesWithoutTyingTheTwoTogether) {
  EXPECT_EQ(patched(R"({"a": {"x": 1}})",
                    R"([{"op": "copy", "from": "/a", "path": "/b"}, {"op": "replace", "path": "/b/x", "value": 2}])"),
            R"({"a":{"x":1},"b":{"x":2}})");
}

TEST(JsonPatch, TestsNumbersByValueAndObjectsWithoutOrder) {
  EXPECT_EQ(
      patched(
          R"({"a": 1, "b": {"x": 1, "y": 2}})",
          R"([{"op": "test", "path": "/a", "value": 1.0}, {"op": "test", "path": "/b", "value": {"y": 2, "x": 1}}])"),
      R"({"a":1,"b":{"x":1,"y":2}})");
}

TEST(JsonPatch, MovesAValueToWhereItIs) {
  EXPECT_EQ(patched(R"({"a": [1, 2]})", R"([{"op": "move", "from": "/a/0", "path": "/a/0"}])"), R"({"a":[1,2]})");
}

TEST(JsonPatch, DoesNotMoveAValueIntoItself) {
  EXPECT_THAT(patched(R"({"a": {"b": 1}})", R"([{"op": "move", "from": "/a", "path": "/a/b"}])"),
              HasSubstr("cannot be moved into itself"));
}

TEST(JsonPatch, RefusesWhatIsNoPatchAsABadRequest) {
  for (const char* bad : {
           R"({})",
           R"("x")",
           R"(null)",
           R"([1])",
           R"([{}])",
           R"([{"op": "spam", "path": "/a"}])",
           R"([{"op": "ADD", "path": "/a", "value": 1}])",
           R"([{"op": "add", "value": 1}])",
           R"([{"op": "add", "path": 1, "value": 1}])",
           R"([{"op": "add", "path": "a", "value": 1}])",
           R"([{"op": "add", "path": "/a"}])",
           R"([{"op": "test", "path": "/a"}])",
           R"([{"op": "move", "path": "/a"}])",
           R"([{"op": "copy", "path": "/a", "from": "~"}])",
       }) {
    EXPECT_EQ(patched(R"({"a": 1})", bad).substr(0, 3), "400") << bad;
  }
}

TEST(JsonPatch, NamesTheOperationThatFailed) {
  const auto result = apply_json_patch(
      parsed(R"({"a": 1})"), parsed(R"([{"op": "test", "path": "/a", "value": 1}, {"op": "remove", "path": "/b"}])"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, 422);
  ASSERT_EQ(result.error().causes.size(), 1U);
  EXPECT_EQ(result.error().causes.front().field, "patch");
  EXPECT_EQ(result.error().causes.front().message,
            "Invalid value: operation 1, remove \"/b\": the place does not exist");
}

TEST(JsonPatch, ShowsNoValueOfTheDocument) {
  EXPECT_THAT(patched(R"({"data": {"password": "c2VjcmV0"}})",
                      R"([{"op": "test", "path": "/data/password", "value": "guess"}])"),
              Not(HasSubstr("c2VjcmV0")));
}

TEST(JsonPatch, RefusesToCopyADocumentIntoItselfWithoutEnd) {
  json::Array bomb;
  for (int i = 0; i < 60; ++i) {
    bomb.push_back(parsed(R"({"op": "copy", "from": "/a", "path": "/a/-"})"));
  }
  const auto result = apply_json_patch(parsed(R"({"a": ["xxxxxxxxxxxxxxxx"]})"), bomb);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, 422);
}

TEST(JsonPatch, RefusesToCopyMoreThanTheLimit) {
  json::Array patch;
  for (int i = 0; i < 11; ++i) {
    patch.push_back(json::Object{{"op", "copy"}, {"from", "/big"}, {"path", fmt::format("/c{}", i)}});
  }
  const json::Object document{{"big", std::string(1000, 'x')}};
  EXPECT_TRUE(apply_json_patch(document, patch, {.copied_bytes = 20'000}));
  EXPECT_THAT(text_of(apply_json_patch(document, patch, {.copied_bytes = 10'000})), HasSubstr("copies too much"));
}

TEST(JsonPatch, RefusesMoreOperationsThanTheLimit) {
  const json::Array patch(11, parsed(R"({"op": "test", "path": "", "value": {}})"));
  EXPECT_TRUE(apply_json_patch(json::Object(), patch, {.operations = 11}));
  EXPECT_THAT(text_of(apply_json_patch(json::Object(), patch, {.operations = 10})), HasSubstr("11 operations"));
}

TEST(JsonPatch, RefusesToShiftALongListAgainAndAgain) {
  const json::Object document{{"list", json::Array(10'000, json::Value(1))}};
  const json::Array patch(9'000, parsed(R"({"op": "move", "from": "/list/9999", "path": "/list/0"})"));
  EXPECT_THAT(text_of(apply_json_patch(document, patch)), HasSubstr("too much work"));
}

TEST(JsonPatch, RefusesToMakeADocumentDeeperThanItCanBeReadAgain) {
  std::string path;
  json::Array patch;
  for (std::size_t i = 0; i < kMaxLevels; ++i) {
    path += "/a";
    patch.push_back(json::Object{{"op", "add"}, {"path", path}, {"value", json::Object()}});
  }
  EXPECT_THAT(text_of(apply_json_patch(json::Object(), patch)), HasSubstr("deeper than"));
  patch.pop_back();
  EXPECT_TRUE(apply_json_patch(json::Object(), patch));
}

TEST(JsonPatch, RefusesToCopyDeeperThanItCanBeReadAgain) {
  json::Array patch;
  for (std::size_t i = 0; i < kMaxLevels; ++i) {
    patch.push_back(parsed(R"({"op": "copy", "from": "", "path": "/a"})"));
  }
  EXPECT_THAT(text_of(apply_json_patch(json::Object(), patch)), HasSubstr("deeper than"));
}

}  // namespace
}  // namespace holdfast::api
