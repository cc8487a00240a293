#include "api/json_path.h"

#include <gtest/gtest.h>

#include "api_support.h"

namespace holdfast::api {
namespace {

std::string found(std::string_view path, std::string_view document) {
  const json::Value object = yaml(document);
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return "error: " + parsed.error().to_string();
  const json::Value* value = parsed->find(object);
  return value == nullptr ? "nothing" : json::to_string(*value);
}

TEST(JsonPath, FollowsNames) {
  EXPECT_EQ(found(".a.b", "{a: {b: 1}}"), "1");
  EXPECT_EQ(found(".a", "{a: {b: 1}}"), R"({"b":1})");
  EXPECT_EQ(found(".a.c", "{a: {b: 1}}"), "nothing");
  EXPECT_EQ(found(".a.b.c", "{a: {b: 1}}"), "nothing");
}

TEST(JsonPath, FollowsQuotedNamesAndPositions) {
  EXPECT_EQ(found(".a['b.c/d']", "{a: {b.c/d: 1}}"), "1");
  EXPECT_EQ(found(".a[1].b", "{a: [{b: 1}, {b: 2}]}"), "2");
  EXPECT_EQ(found(".a[2]", "{a: [1, 2]}"), "nothing");
  EXPECT_EQ(found(".a[0]", "{a: {}}"), "nothing");
}

TEST(JsonPath, ChoosesAnItemByAMember) {
  const char* document = "{c: [{type: A, status: 'False'}, {type: Ready, status: 'True'}, {status: x}, 7]}";
  EXPECT_EQ(found(".c[?(@.type==\"Ready\")].status", document), "\"True\"");
  EXPECT_EQ(found(".c[?(@.type=='A')].status", document), "\"False\"");
  EXPECT_EQ(found(".c[?(@.type==\"B\")].status", document), "nothing");
}

TEST(JsonPath, RefusesWhatItCannotFollow) {
  for (const char* path : {"", "a", ".", ".a.", ".a..b", ".a[", ".a[x]", ".a[-1]", ".a[?(@.b)]", ".a[*]",
                           ".a[?(@.=='x')]", ".a[99999999999999999999]"})
    EXPECT_TRUE(found(path, "{}").starts_with("error")) << path;
}

TEST(JsonPath, OfEveryColumnCanBeRead) {
  for (const Kind& kind : all_kinds().all()) {
    for (const Column& column : kind.columns)
      EXPECT_TRUE(JsonPath::parse(column.json_path)) << kind.kind << " " << column.name;
  }
}

}  // namespace
}  // namespace holdfast::api
