#include "api/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::api {
namespace {

using testing::HasSubstr;

std::string json_of(std::string_view text) {
  const auto value = parse_yaml(text, 10'000);
  return value ? json::to_string(*value) : "error: " + value.error().to_string();
}

TEST(Yaml, TypesPlainScalarsByTheCoreSchema) {
  EXPECT_EQ(json_of("[1, -2, +3, 0x10, 0o17, 1.5, true, False, null, ~, yes, y, 1_000, 2021-03-16, .5]"),
            R"([1,-2,3,16,15,1.5,true,false,null,null,"yes","y","1_000","2021-03-16",0.5])");
}

TEST(Yaml, KeepsQuotedAndBlockScalarsAsText) {
  EXPECT_EQ(json_of("a: '1'\nb: \"true\"\nc: |\n  3\nd: ''\n"), R"({"a":"1","b":"true","c":"3\n","d":""})");
}

TEST(Yaml, TakesNumbersPast64BitsAsFloats) {
  EXPECT_EQ(json_of("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(json_of("9223372036854775808"), "9223372036854775808.0");
}

TEST(Yaml, RefusesANameThatOccursTwice) {
  EXPECT_THAT(json_of("a: 1\nb: 2\na: 3\n"), HasSubstr("line 3: not YAML: a name that is there already"));
}

TEST(Yaml, NamesTheLineThatIsNoYaml) {
  EXPECT_THAT(json_of("a: 1\nb: [1\n"), HasSubstr("not YAML"));
}

TEST(Yaml, RefusesTwoDocuments) {
  EXPECT_THAT(json_of("a: 1\n---\nb: 2\n"), HasSubstr("something follows the document"));
}

TEST(Yaml, EndsWhereTheParserWouldReadEmptyDocumentsForEver) {
  EXPECT_THAT(json_of(",name: a\nimage: b\n"), HasSubstr("something follows the document"));
}

TEST(Yaml, CarriesOutMergeKeys) {
  EXPECT_EQ(json_of("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n"), R"({"a":{"x":1,"y":2},"b":{"y":3,"x":1}})");
}

TEST(Yaml, RefusesWhatIsTooDeepOrTooLarge) {
  EXPECT_THAT(json_of(std::string(65, '[') + std::string(65, ']')), HasSubstr("too deep"));
  EXPECT_THAT(json_of(std::string(10'001, ' ')), HasSubstr("larger than the 10000 allowed"));
}

TEST(Yaml, RefusesAliasesThatMultiply) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 1; j < 10; ++j)
      bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_THAT(json_of(bomb), HasSubstr("too many values"));
}

}  // namespace
}  // namespace holdfast::api
