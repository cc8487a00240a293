#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/object.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const Kind& config_kind() {
  return kind_named("EtcdBackupConfig");
}

std::string body(std::string_view metadata, std::string_view spec) {
  return R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":)" + std::string(metadata) +
         R"(,"spec":)" + std::string(spec) + "}";
}

ApiError refusal(std::string_view text) {
  auto decoded = decode_json(config_kind(), text);
  EXPECT_FALSE(decoded);
  return decoded ? ApiError() : decoded.error();
}

TEST(Decode, TakesAnObjectOfTheKind) {
  const auto decoded = decode_json(config_kind(), body(R"({"name":"a"})", R"({"cluster":{"name":"x"},"keep":3})"));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->object.at("spec").at("keep"), 3);
  EXPECT_THAT(oddities(*decoded), SizeIs(0));
}

TEST(Decode, TellsUnknownAndDuplicateFieldsWithTheirPaths) {
  const auto decoded = decode_json(
      config_kind(), body(R"({"name":"a","colour":"red"})",
                          R"({"keep":1,"cluster":{"name":"x","age":7},"keep":2,"bogus":[1],"k\u0065ep":3})"));
  ASSERT_TRUE(decoded);
  EXPECT_THAT(oddities(*decoded), ElementsAre("duplicate field \"spec.keep\"", "duplicate field \"spec.keep\"",
                                              "unknown field \"metadata.colour\"", "unknown field \"spec.cluster.age\"",
                                              "unknown field \"spec.bogus\""));
  EXPECT_EQ(json::to_string(decoded->object.at("spec")), R"({"keep":3,"cluster":{"name":"x"}})");
}

TEST(Decode, StrictnessIsA400ForWholeObjects) {
  auto decoded = decode_json(config_kind(), body(R"({"name":"a"})", R"({"name":"a","name":"b","bogus":1})"));
  ASSERT_TRUE(decoded);
  const ApiError error = strict_error(config_kind(), *decoded);
  EXPECT_EQ(error.code, 400);
  EXPECT_EQ(
      error.message,
      "EtcdBackupConfig in version \"v1\" cannot be handled as a EtcdBackupConfig: strict decoding error: duplicate "
      "field \"spec.name\", unknown field \"spec.bogus\"");
}

TEST(Decode, StrictnessIsA422ForPatches) {
  auto decoded = decode_json(config_kind(), body(R"({"name":"a"})", R"({"keeeep":1})"));
  ASSERT_TRUE(decoded);
  const ApiError error = strict_patch_error(config_kind(), "a", *decoded);
  EXPECT_EQ(error.code, 422);
  EXPECT_EQ(error.kind, "EtcdBackupConfig");
  EXPECT_THAT(texts(error.causes),
              ElementsAre("patch: FieldValueInvalid: Invalid value: strict decoding error: unknown field "
                          "\"spec.keeeep\""));
}

// As the typed clients of Kubernetes send them.
TEST(Decode, AnObjectOfKubernetesItselfNeedNotSayItsKind) {
  const auto decoded = decode_json(kind_named("ConfigMap"), R"({"metadata":{"name":"m"}})");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->object.at("kind"), "ConfigMap");
  EXPECT_EQ(decoded->object.at("apiVersion"), "v1");
  EXPECT_FALSE(decode_json(kind_named("ConfigMap"), R"({"kind":"Secret","metadata":{"name":"m"}})"));
}

TEST(Decode, RefusesWhatIsNoObjectOfTheKind) {
  EXPECT_EQ(refusal("{").code, 400);
  EXPECT_THAT(refusal("{").message, HasSubstr("not JSON near byte"));
  EXPECT_THAT(refusal("[]").message, HasSubstr("not a JSON object"));
  EXPECT_EQ(refusal("{}").message, "Object 'Kind' is missing");
  EXPECT_EQ(refusal(R"({"kind":"Seed"})").message, "Object 'apiVersion' is missing");
  EXPECT_EQ(refusal(R"({"kind":"Secret","apiVersion":"v1"})").message,
            "the object is a Secret of v1, but this is the place of EtcdBackupConfig of kubermatic.k8c.io/v1");
}

TEST(Decode, RefusesALabelThatIsNoText) {
  const ApiError error = refusal(body(R"({"name":"a","labels":{"n":1}})", "{}"));
  EXPECT_EQ(error.code, 400);
  EXPECT_THAT(error.message, HasSubstr("metadata.labels.n"));
  EXPECT_THAT(error.message, HasSubstr("must be of type string: \"integer\""));
}

TEST(Decode, TakesNullForAbsent) {
  const auto decoded = decode_json(
      config_kind(), body(R"({"name":"a","creationTimestamp":null,"labels":null})", R"({"schedule":null,"keep":2})"));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(json::to_string(decoded->object.at("metadata")), R"({"name":"a"})");
  EXPECT_EQ(json::to_string(decoded->object.at("spec")), R"({"keep":2})");
  EXPECT_THAT(oddities(*decoded), SizeIs(0));
}

TEST(Decode, RefusesABodyThatIsTooLarge) {
  const ApiError error = refusal(std::string(kBodyLimits.bytes + 1, ' '));
  EXPECT_EQ(error.code, 413);
  EXPECT_EQ(error.reason, "RequestEntityTooLarge");
}

// The largest body, nested as deep as it can be, costs next to nothing.
TEST(Decode, RefusesHostileNestingQuickly) {
  std::string objects;
  while (objects.size() + 5 <= kBodyLimits.bytes)
    objects += "{\"a\":";
  for (const std::string& hostile : {std::string(kBodyLimits.bytes, '['), objects}) {
    const auto begin = std::chrono::steady_clock::now();
    const ApiError error = refusal(hostile);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(error.code, 400);
    EXPECT_THAT(error.message, HasSubstr("too deep"));
    EXPECT_LT(took, std::chrono::milliseconds(500));
  }
}

TEST(Decode, NamesAHundredOddFieldsAtMost) {
  std::string spec = "{";
  for (int i = 0; i < 1000; ++i) {
    const std::string field = "\"f" + std::to_string(i) + "\":1";
    spec += field + "," + field + ",";
  }
  const auto decoded = decode_json(config_kind(), body(R"({"name":"a"})", spec + "\"keep\":1}"));
  ASSERT_TRUE(decoded);
  EXPECT_THAT(decoded->unknown_fields, SizeIs(kMostNamed));
  EXPECT_THAT(decoded->duplicate_fields, SizeIs(kMostNamed));
}

TEST(Decode, CutsLongNames) {
  const std::string name(10'000, 'n');
  const auto decoded = decode_json(config_kind(), body(R"({"name":"a"})", "{\"" + name + "\":1,\"" + name + "\":1}"));
  ASSERT_TRUE(decoded);
  for (const std::string& each : oddities(*decoded))
    EXPECT_LT(each.size(), 400U);
}

TEST(Decode, ReadsPatchesOfAnyShape) {
  std::vector<std::string> duplicates;
  const auto value = decode_body(R"([{"op":"add","path":"/a","value":{"b":1,"b":2}}])", duplicates);
  ASSERT_TRUE(value);
  EXPECT_THAT(duplicates, ElementsAre("[0].value.b"));
}

}  // namespace
}  // namespace holdfast::api
