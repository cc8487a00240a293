#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";
const std::string kMaps = "/api/v1/namespaces/default/configmaps";
constexpr const char* kMerge = "application/merge-patch+json";
constexpr const char* kApply = "application/apply-patch+yaml";

class PatchOf : public testing::Test, public ServerFixture {
 protected:
  PatchOf() {
    make_project("viewer");
    EXPECT_EQ(post(kConfigs, config_text("a")).status, 201);
  }
  Reply patch(const std::string& target, const std::string& body, const std::string& type = kMerge) {
    return ask({.method = "PATCH", .target = target, .body = body, .type = type});
  }
  int keep() { return get(kConfigs + "/a").json().at("spec").at("keep").to_number<int>(); }
};

TEST_F(PatchOf, MergeChangesAField) {
  EXPECT_EQ(patch(kConfigs + "/a", R"({"spec":{"keep":9}})").status, 200);
  EXPECT_EQ(keep(), 9);
}

TEST_F(PatchOf, JsonChangesAField) {
  const Reply reply =
      patch(kConfigs + "/a",
            R"([{"op":"test","path":"/spec/keep","value":5},{"op":"replace","path":"/spec/keep","value":9}])",
            "application/json-patch+json");

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(keep(), 9);
}

TEST_F(PatchOf, JsonWithAFailedTestIsUnprocessable) {
  const Reply reply =
      patch(kConfigs + "/a", R"([{"op":"test","path":"/spec/keep","value":6}])", "application/json-patch+json");

  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(api::text_at(reply.json(), {"details", "name"}), "a");
}

TEST_F(PatchOf, StrategicIsForKindsOfKubernetesOnly) {
  post(kMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"b","c":"d"}})");
  constexpr const char* kStrategic = "application/strategic-merge-patch+json";

  EXPECT_EQ(patch(kConfigs + "/a", "{}", kStrategic).status, 415);
  const Reply reply = patch(kMaps + "/m", R"({"data":{"a":null,"e":"f"}})", kStrategic);
  EXPECT_EQ(json::to_string(reply.json().at("data")), R"({"c":"d","e":"f"})");
}

TEST_F(PatchOf, WithAnOldVersionIsAConflict) {
  EXPECT_EQ(patch(kConfigs + "/a", R"({"metadata":{"resourceVersion":"1"},"spec":{"keep":9}})").status, 409);
}

TEST_F(PatchOf, WhatIsNotThereIsNotFound) {
  EXPECT_EQ(patch(kConfigs + "/x", R"({"spec":{"keep":9}})").status, 404);
}

TEST_F(PatchOf, AnUnknownFieldIsNamed) {
  const Reply strict = patch(kConfigs + "/a?fieldValidation=Strict", R"({"spec":{"keeep":9}})");
  const Reply warned = patch(kConfigs + "/a", R"({"spec":{"keeep":9}})");

  EXPECT_EQ(strict.status, 422);
  EXPECT_NE(strict.body.find(R"("field":"patch")"), std::string::npos);
  EXPECT_EQ(warned.status, 200);
  EXPECT_EQ(warned.all("Warning").size(), 1U);
}

TEST_F(PatchOf, MayNotRename) {
  EXPECT_EQ(patch(kConfigs + "/a", R"({"metadata":{"name":"b"}})").status, 400);
  EXPECT_EQ(patch(kConfigs + "/a", R"({"kind":"Cluster"})").status, 400);
}

TEST_F(PatchOf, ADryRunChangesNothing) {
  const Reply reply = patch(kConfigs + "/a?dryRun=All", R"({"spec":{"keep":9}})");

  EXPECT_EQ(reply.json().at("spec").at("keep").to_number<int>(), 9);
  EXPECT_EQ(keep(), 5);
}

TEST_F(PatchOf, ApplyMakesWhatIsNotThere) {
  const Reply first = patch(kConfigs + "/n?fieldManager=me", config_text("n"), kApply);
  const Reply second = patch(kConfigs + "/n?fieldManager=me", config_text("n"), kApply);

  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(version_of(first.json()), version_of(second.json()));
}

TEST_F(PatchOf, ApplyNeedsAManager) {
  EXPECT_EQ(patch(kConfigs + "/n", config_text("n"), kApply).status, 422);
}

TEST_F(PatchOf, ApplyConflictsUnlessForced) {
  patch(kConfigs + "/n?fieldManager=one", config_text("n", R"("keep":5)"), kApply);

  const Reply refused = patch(kConfigs + "/n?fieldManager=two", config_text("n", R"("keep":6)"), kApply);
  const Reply forced = patch(kConfigs + "/n?fieldManager=two&force=true", config_text("n", R"("keep":6)"), kApply);

  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body.find("FieldManagerConflict"), std::string::npos);
  EXPECT_EQ(forced.status, 200) << forced.body;
}

TEST_F(PatchOf, ApplyOfAnotherNameOrKindIsRefused) {
  EXPECT_EQ(patch(kConfigs + "/n?fieldManager=me", config_text("other"), kApply).status, 400);
  EXPECT_EQ(patch(kMaps + "/n?fieldManager=me", config_text("n"), kApply).status, 400);
}

TEST_F(PatchOf, ApplyOfAFieldThatIsNotThereIsRefused) {
  const Reply reply = patch(kConfigs + "/n?fieldManager=me", config_text("n", R"("bogus":1)"), kApply);

  EXPECT_EQ(reply.status, 422) << reply.body;
  EXPECT_NE(reply.body.find("field not declared in schema"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
