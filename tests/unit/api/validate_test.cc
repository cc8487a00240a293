#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/object.h"
#include "api/schema_walk.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// What is wrong with `value` as the field "f" of this schema.
std::vector<std::string> wrong(std::string_view schema, const json::Value& value) {
  std::vector<Cause> causes;
  const Path root;
  validate_value(*schema_of(schema), value, Path(root, "f"), false, causes);
  return texts(causes);
}

std::vector<std::string> wrong_spec(std::string_view spec) {
  return texts(validate(kind_named("EtcdBackupConfig"), config_with(spec)));
}

TEST(Validate, SaysWhichTypeIsWanted) {
  EXPECT_THAT(
      wrong_spec("{keep: '7', cluster: x}"),
      ElementsAre(
          "spec.keep: FieldValueTypeInvalid: Invalid value: \"string\": spec.keep in body must be of type "
          "integer: \"string\"",
          "spec.cluster: FieldValueTypeInvalid: Invalid value: \"string\": spec.cluster in body must be of type "
          "object: \"string\""));
}

TEST(Validate, SaysWhatIsMissing) {
  EXPECT_THAT(wrong_spec("{keep: 7}"), ElementsAre("spec.cluster: FieldValueRequired: Required value"));
}

TEST(Validate, TakesTheTypesOfJson) {
  EXPECT_THAT(wrong("{type: number}", 1), IsEmpty());
  EXPECT_THAT(wrong("{type: number}", 1.5), IsEmpty());
  EXPECT_THAT(wrong("{type: integer}", 1.5), ElementsAre(HasSubstr("must be of type integer: \"number\"")));
  EXPECT_THAT(wrong("{type: boolean}", "true"), ElementsAre(HasSubstr("must be of type boolean: \"string\"")));
  EXPECT_THAT(wrong("{type: string}", nullptr), ElementsAre(HasSubstr("must be of type string: \"null\"")));
  EXPECT_THAT(wrong("{type: string, nullable: true}", nullptr), IsEmpty());
  EXPECT_THAT(wrong("{x-kubernetes-int-or-string: true}", 5), IsEmpty());
  EXPECT_THAT(wrong("{x-kubernetes-int-or-string: true}", "5Gi"), IsEmpty());
  EXPECT_THAT(wrong("{x-kubernetes-int-or-string: true}", true), ElementsAre(HasSubstr("integer,string")));
}

TEST(Validate, ListsTheSupportedValues) {
  EXPECT_THAT(
      wrong("{type: string, enum: [Keep, Delete]}", "Foo"),
      ElementsAre("f: FieldValueNotSupported: Unsupported value: \"Foo\": supported values: \"Keep\", \"Delete\""));
}

TEST(Validate, SaysThePattern) {
  EXPECT_THAT(wrong("{type: string, pattern: '^a+$'}", "b"),
              ElementsAre("f: FieldValueInvalid: Invalid value: \"b\": f in body should match '^a+$'"));
  EXPECT_THAT(wrong("{type: string, pattern: '^a+$'}", json::Value(std::string(3'000'000, 'a'))), SizeIs(1));
}

TEST(Validate, SaysTheBounds) {
  EXPECT_THAT(wrong("{type: integer, minimum: 1}", 0),
              ElementsAre("f: FieldValueInvalid: Invalid value: 0: f in body should be greater than or equal to 1"));
  EXPECT_THAT(wrong("{type: number, maximum: 0.5}", 1), ElementsAre(HasSubstr("should be less than or equal to 0.5")));
  EXPECT_THAT(wrong("{type: string, minLength: 2}", "ä"), ElementsAre(HasSubstr("should be at least 2 chars long")));
  EXPECT_THAT(wrong("{type: string, maxLength: 2}", "äö"), IsEmpty());
  EXPECT_THAT(wrong("{type: string, maxLength: 2}", "abc"),
              ElementsAre("f: FieldValueTooLong: Too long: may not be more than 2 bytes"));
  EXPECT_THAT(wrong("{type: array, items: {type: integer}, maxItems: 1}", json::Array{1, 2}),
              ElementsAre("f: FieldValueTooMany: Too many: 2: must have at most 1 items"));
  EXPECT_THAT(wrong("{type: array, items: {type: integer}, minItems: 1}", json::Array()),
              ElementsAre(HasSubstr("should have at least 1 items")));
}

TEST(Validate, KnowsHowLargeIntegersAre) {
  EXPECT_THAT(wrong("{type: integer}", 9223372036854775807), IsEmpty());
  EXPECT_THAT(wrong("{type: integer}", 9223372036854775808U), ElementsAre(HasSubstr("must fit into int64")));
  EXPECT_THAT(wrong("{type: integer, format: int32}", 2147483648), ElementsAre(HasSubstr("must fit into int32")));
}

TEST(Validate, KnowsTimesAndBase64) {
  EXPECT_THAT(wrong("{type: string, format: date-time}", "2021-03-16T01:48:22Z"), IsEmpty());
  EXPECT_THAT(wrong("{type: string, format: date-time}", "2021-03-16T01:48:22.123456+01:00"), IsEmpty());
  EXPECT_THAT(
      wrong("{type: string, format: date-time}", "yesterday"),
      ElementsAre("f: FieldValueTypeInvalid: Invalid value: \"yesterday\": f in body must be of type date-time: "
                  "\"yesterday\""));
  EXPECT_THAT(wrong("{type: string, format: byte}", "AAE="), IsEmpty());
  EXPECT_THAT(wrong("{type: string, format: byte}", "%%%"), SizeIs(1));
}

TEST(Validate, FindsDuplicatesInSetsAndKeyedLists) {
  EXPECT_THAT(wrong("{type: array, x-kubernetes-list-type: set, items: {type: string}}", json::Array{"a", "b", "a"}),
              ElementsAre("f[2]: FieldValueDuplicate: Duplicate value: \"a\""));
  const char* keyed =
      "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: {type: object, properties: "
      "{k: {type: string}}}}";
  EXPECT_THAT(wrong(keyed, yaml("[{k: a, v: 1}, {k: a, v: 2}]")),
              ElementsAre("f[1]: FieldValueDuplicate: Duplicate value: {\"k\":\"a\"}"));
}

TEST(Validate, NamesPlacesInListsAndMaps) {
  EXPECT_THAT(wrong("{type: array, items: {type: object, properties: {a: {type: string}}}}", yaml("[{a: x}, {a: 1}]")),
              ElementsAre(HasSubstr("f[1].a: ")));
  EXPECT_THAT(wrong("{type: object, additionalProperties: {type: boolean}}", yaml("{x: 1}")),
              ElementsAre(HasSubstr("f.x: ")));
}

TEST(Validate, CutsLongValues) {
  for (const std::string& text : wrong("{type: string, enum: [a]}", json::Value(std::string(1'000'000, 'x'))))
    EXPECT_LT(text.size(), 400U);
}

TEST(Validate, GivesAHundredCausesAtMost) {
  json::Array array;
  for (int i = 0; i < 1000; ++i)
    array.emplace_back(i);
  EXPECT_THAT(wrong("{type: array, items: {type: string}}", array), SizeIs(kMostNamed));
}

TEST(Validate, ShowsNoValueOfASecret) {
  const json::Value object = yaml(R"({apiVersion: v1, kind: Secret, metadata: {name: s}, type: Opaque,
      data: {a: 'pa$$word-one', b: 'pa$$word-two'}, stringData: {c: [pa$$word-three]}})");
  const std::vector<std::string> found = texts(validate(kind_named("Secret"), object));
  EXPECT_THAT(found, SizeIs(3));
  for (const std::string& text : found)
    EXPECT_THAT(text, Not(HasSubstr("word")));
}

}  // namespace
}  // namespace holdfast::api
