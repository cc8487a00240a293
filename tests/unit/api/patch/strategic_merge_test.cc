#include "api/patch/strategic_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/api_support.h"
#include "unit/api/patch/json_text.h"
#include "unit/api/patch/sample_kind.h"

#include "api/patch/merge_patch.h"
#include "api/patch/unprocessable.h"

namespace holdfast::api {
namespace {

using test::canonical;
using test::parsed;
using test::text_of;
using testing::HasSubstr;

std::string patched(std::string_view kind, std::string_view object, std::string_view patch) {
  return text_of(apply_strategic_merge(*kind_named(kind).schema, parsed(object), parsed(patch)));
}

TEST(StrategicMerge, MergesMapsAndRemovesNulls) {
  EXPECT_EQ(patched("Secret", R"({"metadata":{"labels":{"a":"1","b":"2"}},"data":{"x":"eA=="}})",
                    R"({"metadata":{"labels":{"a":null,"c":"3"}},"data":{"y":"eQ=="}})"),
            R"({"data":{"x":"eA==","y":"eQ=="},"metadata":{"labels":{"b":"2","c":"3"}}})");
}

TEST(StrategicMerge, UpdatesAnEventAsARecorderDoes) {
  EXPECT_EQ(patched("Event", R"({"count":1,"lastTimestamp":"2026-11-21T10:00:00Z","message":"m","reason":"R"})",
                    R"({"count":2,"lastTimestamp":"2026-11-21T10:05:00Z"})"),
            R"({"count":2,"lastTimestamp":"2026-11-21T10:05:00Z","message":"m","reason":"R"})");
}

TEST(StrategicMerge, JoinsFinalizersAsASet) {
  EXPECT_EQ(patched("Secret", R"({"metadata":{"finalizers":["a/x","b/x"]}})",
                    R"({"metadata":{"$setElementOrder/finalizers":["c/x","b/x"],"finalizers":["c/x","b/x"]}})"),
            R"({"metadata":{"finalizers":["a/x","b/x","c/x"]}})");
}

TEST(StrategicMerge, TakesValuesOutOfASet) {
  EXPECT_EQ(patched("Secret", R"({"metadata":{"finalizers":["a/x","b/x"]}})",
                    R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a/x","z/x"]}})"),
            R"({"metadata":{"finalizers":["b/x"]}})");
}

TEST(StrategicMerge, MergesOwnerReferencesByUid) {
  EXPECT_EQ(
      patched("Secret", R"({"metadata":{"ownerReferences":[{"uid":"1","name":"a"},{"uid":"2","name":"b"}]}})",
              R"({"metadata":{"ownerReferences":[{"uid":"2","controller":true},{"uid":"3","name":"c"}]}})"),
      R"({"metadata":{"ownerReferences":[{"name":"a","uid":"1"},{"controller":true,"name":"b","uid":"2"},{"name":"c","uid":"3"}]}})");
}

TEST(StrategicMerge, DeletesAnItemOfAKeyedList) {
  EXPECT_EQ(
      patched("Secret", R"({"metadata":{"ownerReferences":[{"uid":"1"},{"uid":"2"}]}})",
              R"({"metadata":{"ownerReferences":[{"$patch":"delete","uid":"1"},{"$patch":"delete","uid":"9"}]}})"),
      R"({"metadata":{"ownerReferences":[{"uid":"2"}]}})");
}

TEST(StrategicMerge, ReplacesAKeyedListWhenToldTo) {
  EXPECT_EQ(patched("Secret", R"({"metadata":{"ownerReferences":[{"uid":"1"},{"uid":"2"}]}})",
                    R"({"metadata":{"ownerReferences":[{"uid":"3"},{"$patch":"replace"}]}})"),
            R"({"metadata":{"ownerReferences":[{"uid":"3"}]}})");
}

TEST(StrategicMerge, ReplacesOrEmptiesAMapWhenToldTo) {
  EXPECT_EQ(patched("Secret", R"({"data":{"x":"eA=="}})", R"({"data":{"$patch":"replace","y":"eQ=="}})"),
            R"({"data":{"y":"eQ=="}})");
  EXPECT_EQ(patched("Secret", R"({"data":{"x":"eA=="}})", R"({"data":{"$patch":"delete"}})"), R"({"data":{}})");
}

TEST(StrategicMerge, KeepsOnlyTheKeysToRetain) {
  EXPECT_EQ(patched("Secret", R"({"data":{"x":"1","y":"2"}})", R"({"data":{"$retainKeys":["y","z"],"z":"3"}})"),
            R"({"data":{"y":"2","z":"3"}})");
}

TEST(StrategicMerge, LeavesNoDirectiveInWhatItMakes) {
  EXPECT_EQ(
      patched(
          "Secret", R"({})",
          R"({"$retainKeys":["metadata"],"metadata":{"$patch":"merge","labels":{"$retainKeys":["a"],"a":"1","b":null},
                        "$setElementOrder/finalizers":[],"ownerReferences":[{"$patch":"merge","uid":"1"}]}})"),
      R"({"metadata":{"labels":{"a":"1"},"ownerReferences":[{"uid":"1"}]}})");
}

TEST(StrategicMerge, ReplacesListsThatAreNeitherSetNorKeyed) {
  EXPECT_EQ(text_of(apply_strategic_merge(*test::sample_kind().schema, parsed(R"({"spec":{"plain":["a","b"]}})"),
                                          parsed(R"({"spec":{"plain":["c"]}})"))),
            R"({"spec":{"plain":["c"]}})");
}

TEST(StrategicMerge, RefusesWhatItDoesNotUnderstand) {
  for (const char* bad : {
           R"([])",
           R"("x")",
           R"({"data":{"$patch":"destroy"}})",
           R"({"data":{"$patch":1}})",
           R"({"data":{"$retainKeys":"x"}})",
           R"({"data":{"$retainKeys":[1]}})",
           R"({"metadata":{"$deleteFromPrimitiveList/finalizers":"a"}})",
           R"({"metadata":{"$setElementOrder/finalizers":{}}})",
           R"({"metadata":{"ownerReferences":[{"name":"a"}]}})",
           R"({"metadata":{"ownerReferences":["a"]}})",
           R"({"metadata":{"ownerReferences":[{"uid":null}]}})",
           R"({"metadata":{"ownerReferences":[{"$patch":"delete"},{"$patch":"nonsense"}]}})",
       }) {
    EXPECT_EQ(patched("Secret", R"({})", bad).substr(0, 3), "400") << bad;
  }
}

TEST(StrategicMerge, SaysWhichKeyAnItemLacks) {
  EXPECT_THAT(patched("Secret", R"({})", R"({"metadata":{"ownerReferences":[{"name":"a"}]}})"), HasSubstr("uid"));
}

TEST(StrategicMerge, StaysQuickWithLongLists) {
  json::Array owners;
  json::Array finalizers;
  for (int i = 0; i < 50'000; ++i) {
    owners.push_back(json::Object{{"uid", fmt::format("u{}", i)}});
    finalizers.emplace_back(fmt::format("f/{}", i));
  }
  const json::Value object =
      json::Object{{"metadata", json::Object{{"ownerReferences", owners}, {"finalizers", finalizers}}}};
  const auto merged = apply_strategic_merge(*kind_named("Secret").schema, object, object);
  ASSERT_TRUE(merged);
  EXPECT_TRUE(*merged == object);
}

TEST(Unprocessable, IsCompletedWithTheObjectItIsAbout) {
  const ApiError error = complete(inapplicable_patch("no"), kind_named("EtcdBackupConfig"), "daily");
  EXPECT_EQ(error.code, 422);
  EXPECT_EQ(error.message, R"(EtcdBackupConfig.kubermatic.k8c.io "daily" is invalid: patch: Invalid value: no)");
  EXPECT_EQ(error.name, "daily");
  EXPECT_EQ(complete(bad_request("no"), kind_named("EtcdBackupConfig"), "daily").message, "no");
}

RC_GTEST_PROP(StrategicMerge, IsAMergePatchWhereThereAreNoMergingLists, ()) {
  const json::Value object = *test::arbitrary_json(3, true);
  const json::Value patch = *test::arbitrary_json(3, true);
  RC_PRE(patch.is_object() && object.is_object());
  const auto strategic = apply_strategic_merge(Schema(), object, patch);
  RC_ASSERT(strategic.has_value());
  RC_ASSERT(canonical(*strategic) == canonical(merge_values(object, patch)));
}

}  // namespace
}  // namespace holdfast::api
