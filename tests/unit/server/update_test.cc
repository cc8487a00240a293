#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class Update : public testing::Test, public ServerFixture {
 protected:
  Update() {
    make_project("viewer");
    made = post(kConfigs, config_text("a")).json();
  }
  Reply put(const std::string& target, const json::Value& object) {
    return ask({.method = "PUT", .target = target, .body = json::to_string(object)});
  }
  json::Value made;
};

TEST_F(Update, ReplacesTheObject) {
  made.at("spec").get_object()["keep"] = 9;

  const Reply reply = put(kConfigs + "/a", made);

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(get(kConfigs + "/a").json().at("spec").at("keep").to_number<int>(), 9);
}

TEST_F(Update, OfAnOldVersionIsAConflict) {
  put(kConfigs + "/a", [&] {
    json::Value other = made;
    other.at("spec").get_object()["keep"] = 7;
    return other;
  }());
  made.at("spec").get_object()["keep"] = 9;

  EXPECT_EQ(put(kConfigs + "/a", made).status, 409);
}

TEST_F(Update, WithoutAVersionIsRefusedForOurKinds) {
  made.at("metadata").get_object().erase("resourceVersion");

  const Reply reply = put(kConfigs + "/a", made);

  EXPECT_EQ(reply.status, 422);
  EXPECT_NE(reply.body.find("must be specified for an update"), std::string::npos);
}

TEST_F(Update, WithoutAVersionIsFineForKindsOfKubernetes) {
  const std::string map = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"b"}})";
  post("/api/v1/namespaces/default/configmaps", map);

  EXPECT_EQ(put("/api/v1/namespaces/default/configmaps/m", parse(map)).status, 200);
}

TEST_F(Update, UnderAnotherNameIsRefused) {
  EXPECT_EQ(put(kConfigs + "/b", made).status, 404);
  post(kConfigs, config_text("b"));
  EXPECT_EQ(put(kConfigs + "/b", made).status, 400);
}

TEST_F(Update, ThatChangesNothingMakesNoVersion) {
  const Reply reply = put(kConfigs + "/a", made);

  EXPECT_EQ(version_of(reply.json()), version_of(made));
}

TEST_F(Update, OfStatusLeavesTheRest) {
  made.get_object()["status"] = json::Object{{"phase", "x"}};
  made.at("spec").get_object()["keep"] = 9;

  const Reply reply = put(kConfigs + "/a/status?fieldValidation=Ignore", made);

  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("spec").at("keep").to_number<int>(), 5);
}

}  // namespace
}  // namespace holdfast::test
