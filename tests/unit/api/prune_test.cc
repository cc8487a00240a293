#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/object.h"
#include "api/schema_walk.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Pruned {
  std::string text;
  std::vector<std::string> unknown;
};

Pruned pruned(std::string_view schema, std::string_view value) {
  json::Value document = yaml(value);
  Pruned result;
  prune_value(*schema_of(schema), document, Path(), result.unknown);
  result.text = json::to_string(document);
  return result;
}

std::string defaulted(std::string_view schema, std::string_view value) {
  json::Value document = yaml(value);
  default_value(*schema_of(schema), document);
  return json::to_string(document);
}

TEST(Prune, RemovesWhatTheSchemaDoesNotKnow) {
  const Pruned result = pruned("{type: object, properties: {a: {type: object, properties: {b: {type: string}}}}}",
                               "{a: {b: x, c: 1}, d: 2}");
  EXPECT_EQ(result.text, R"({"a":{"b":"x"}})");
  EXPECT_THAT(result.unknown, ElementsAre("a.c", "d"));
}

TEST(Prune, GoesThroughListsAndMaps) {
  const Pruned result = pruned(R"({type: object, properties: {
      list: {type: array, items: {type: object, properties: {a: {type: string}}}},
      map: {type: object, additionalProperties: {type: object, properties: {a: {type: string}}}}}})",
                               "{list: [{a: x}, {z: 1}], map: {m: {a: x, y: 2}}}");
  EXPECT_EQ(result.text, R"({"list":[{"a":"x"},{}],"map":{"m":{"a":"x"}}})");
  EXPECT_THAT(result.unknown, ElementsAre("list[1].z", "map.m.y"));
}

TEST(Prune, KeepsWhatIsToBeKeptAndPrunesKnownFieldsInside) {
  const Pruned result = pruned(
      "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object, properties: {b: "
      "{type: string}}}}}",
      "{a: {c: 1}, other: {deep: [1, {x: null}]}}");
  EXPECT_EQ(result.text, R"({"a":{},"other":{"deep":[1,{"x":null}]}})");
  EXPECT_THAT(result.unknown, ElementsAre("a.c"));
}

TEST(Prune, RemovesNullsOfFieldsThatAreNotNullable) {
  EXPECT_EQ(
      pruned("{type: object, properties: {a: {type: string}, b: {type: string, nullable: true}}}", "{a: ~, b: ~}").text,
      R"({"b":null})");
}

TEST(Prune, KeepsTheOrderOfMembers) {
  EXPECT_EQ(pruned("{type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}",
                   "{c: x, z: 1, a: x, b: x}")
                .text,
            R"({"c":"x","a":"x","b":"x"})");
}

TEST(Prune, WritesWholeNumbersWithoutAFraction) {
  const char* schema = "{type: object, additionalProperties: {type: integer}}";
  EXPECT_EQ(pruned(schema, "{a: 5.0, b: -3e2, c: 5.5}").text, R"({"a":5,"b":-300,"c":5.5})");
  EXPECT_EQ(pruned(schema, "{a: 9.3e18}").text, R"({"a":9.3e+18})");
  EXPECT_EQ(pruned("{type: object, additionalProperties: {type: number}}", "{a: 5.0}").text, R"({"a":5.0})");
}

TEST(Prune, LeavesValuesOfAWrongTypeForTheValidation) {
  const Pruned result = pruned("{type: object, properties: {a: {type: array, items: {type: string}}}}", "{a: {b: 1}}");
  EXPECT_EQ(result.text, R"({"a":{"b":1}})");
  EXPECT_THAT(result.unknown, SizeIs(0));
}

TEST(Defaults, FillWhatIsMissing) {
  EXPECT_EQ(defaulted("{type: object, properties: {a: {type: integer, default: 3}, b: {type: string, default: x}}}",
                      "{b: y}"),
            R"({"b":"y","a":3})");
}

TEST(Defaults, FillObjectsThatAreThereAndThoseTheyMake) {
  const char* schema = R"({type: object, properties: {
      there: {type: object, properties: {a: {type: integer, default: 1}}},
      made: {type: object, default: {}, properties: {a: {type: integer, default: 2}}},
      absent: {type: object, properties: {a: {type: integer, default: 3}}},
      list: {type: array, items: {type: object, properties: {a: {type: integer, default: 4}}}},
      map: {type: object, additionalProperties: {type: object, properties: {a: {type: integer, default: 5}}}}}})";
  EXPECT_EQ(defaulted(schema, "{there: {}, list: [{}, {a: 0}], map: {m: {}}}"),
            R"({"there":{"a":1},"list":[{"a":4},{"a":0}],"map":{"m":{"a":5}},"made":{"a":2}})");
}

TEST(Defaults, LeaveANullThatIsAllowed) {
  EXPECT_EQ(defaulted("{type: object, properties: {a: {type: integer, nullable: true, default: 3}}}", "{a: ~}"),
            R"({"a":null})");
}

TEST(Defaults, OfABackupConfig) {
  json::Value object = config_with("{cluster: {name: x}}");
  apply_defaults(kind_named("EtcdBackupConfig"), object);
  EXPECT_EQ(json::to_string(object.at("spec")), R"({"cluster":{"name":"x"},"suspend":false,"deletionPolicy":"Keep"})");
}

}  // namespace
}  // namespace holdfast::api
