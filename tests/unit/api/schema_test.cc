#include "api/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

namespace holdfast::api {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto schema = parse_schema(yaml(text));
  return schema ? "none" : schema.error().to_string();
}

TEST(Schema, KeepsPropertiesInTheOrderOfTheFile) {
  const auto schema = schema_of("{type: object, properties: {b: {type: string}, a: {type: integer}}}");
  ASSERT_EQ(schema->properties.size(), 2U);
  EXPECT_EQ(schema->properties[0].first, "b");
  ASSERT_NE(schema->property("a"), nullptr);
  EXPECT_EQ(schema->property("a")->type, SchemaType::integer);
  EXPECT_EQ(schema->property("c"), nullptr);
}

TEST(Schema, NamesTheWordItDoesNotKnow) {
  EXPECT_EQ(error_of("{type: object, properties: {a: {type: string, patern: x}}}"),
            ".a: \"patern\" is no word of a schema");
}

TEST(Schema, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(error_of("{description: x}"), HasSubstr("has no type"));
  EXPECT_THAT(error_of("{type: text}"), HasSubstr("\"text\" is no type"));
  EXPECT_THAT(error_of("{type: array}"), HasSubstr("list of unknown items"));
  EXPECT_THAT(error_of("{type: object, required: [a]}"), HasSubstr("requires \"a\", which is no property"));
  EXPECT_THAT(error_of("{type: string, pattern: '['}"), HasSubstr("no regular expression"));
  EXPECT_THAT(error_of("{type: array, x-kubernetes-list-type: map, items: {type: string}}"), HasSubstr("without keys"));
  EXPECT_THAT(
      error_of("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: {type: string}}"),
      HasSubstr("no key \"k\""));
  EXPECT_THAT(error_of("{type: integer, minimum: low}"), HasSubstr("is not a number"));
  EXPECT_THAT(error_of("[]"), HasSubstr("is not an object"));
}

TEST(Schema, TriesPatternsOnShortTextOnly) {
  const auto schema = schema_of("{type: string, pattern: '^a*$'}");
  EXPECT_TRUE(matches(*schema->matcher, std::string(kMaxPatternInput, 'a')));
  EXPECT_FALSE(matches(*schema->matcher, std::string(kMaxPatternInput + 1, 'a')));
  EXPECT_FALSE(matches(*schema->matcher, std::string(5'000'000, 'a')));
}

TEST(Schema, IsWrittenAsOpenApi) {
  const json::Value document = yaml(R"(
    description: The whole.
    type: object
    required: [name]
    x-kubernetes-preserve-unknown-fields: true
    properties:
      name: {description: A name., type: string, pattern: ^a, minLength: 1, maxLength: 9}
      count: {type: integer, format: int64, default: 3, minimum: 1, maximum: 10, nullable: true}
      ratio: {type: number, minimum: 0.5}
      kind: {type: string, enum: [A, B]}
      either: {x-kubernetes-int-or-string: true}
      map: {type: object, x-kubernetes-map-type: atomic, additionalProperties: {type: boolean}}
      set: {type: array, minItems: 1, maxItems: 2, x-kubernetes-list-type: set, items: {type: string}}
      keyed:
        type: array
        x-kubernetes-list-type: map
        x-kubernetes-list-map-keys: [k]
        items: {type: object, properties: {k: {type: string}}})");
  const auto schema = parse_schema(document);
  ASSERT_TRUE(schema) << schema.error().to_string();
  EXPECT_EQ(schema_to_openapi(**schema), document);
}

TEST(Schema, DoesNotPublishOurOwnMarks) {
  const auto schema = schema_of("{type: string, x-holdfast-secret: true}");
  EXPECT_TRUE(schema->secret);
  EXPECT_EQ(json::to_string(schema_to_openapi(*schema)), R"({"type":"string"})");
}

}  // namespace
}  // namespace holdfast::api
