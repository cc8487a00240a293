#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class Remove : public testing::Test, public ServerFixture {
 protected:
  Remove() {
    make_project("viewer");
    made = post(kConfigs, config_text("a")).json();
  }
  Reply remove(const std::string& target, const std::string& body = "") {
    return ask({.method = "DELETE", .target = target, .body = body});
  }
  json::Value made;
};

TEST_F(Remove, AnswersWithTheUidThatIsGone) {
  const Reply reply = remove(kConfigs + "/a");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(api::text_at(reply.json(), {"status"}), "Success");
  EXPECT_EQ(api::text_at(reply.json(), {"details", "uid"}), api::text_at(made, {"metadata", "uid"}));
  EXPECT_EQ(get(kConfigs + "/a").status, 404);
}

TEST_F(Remove, ADryRunRemovesNothing) {
  EXPECT_EQ(remove(kConfigs + "/a", R"({"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]})").status, 200);
  EXPECT_EQ(remove(kConfigs + "/a?dryRun=All").status, 200);
  EXPECT_EQ(get(kConfigs + "/a").status, 200);
}

TEST_F(Remove, OptionsAreChecked) {
  EXPECT_EQ(remove(kConfigs + "/a", R"({"dryRun":["Some"]})").status, 422);
  EXPECT_EQ(remove(kConfigs + "/a", "[]").status, 400);
  EXPECT_EQ(remove(kConfigs + "/a", R"({"preconditions":{"uid":"another"}})").status, 409);
  EXPECT_EQ(remove(kConfigs + "/a", R"({"preconditions":{"resourceVersion":"1"}})").status, 409);
}

TEST_F(Remove, WithFinalizersTheObjectStaysAndIsShown) {
  ask({.method = "PATCH",
       .target = kConfigs + "/a",
       .body = R"({"metadata":{"finalizers":["x.dev/y"]}})",
       .type = "application/merge-patch+json"});

  const Reply reply = remove(kConfigs + "/a");

  EXPECT_EQ(api::text_at(reply.json(), {"kind"}), "EtcdBackupConfig");
  EXPECT_FALSE(api::text_at(reply.json(), {"metadata", "deletionTimestamp"}).empty());
}

TEST_F(Remove, ACollectionGoesAsSelected) {
  post(kConfigs, config_text("b"));

  const Reply reply = remove(kConfigs + "?fieldSelector=metadata.name%3Da");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(api::array_at(reply.json(), {"items"})->size(), 1U);
  EXPECT_EQ(get(kConfigs + "/a").status, 404);
  EXPECT_EQ(get(kConfigs + "/b").status, 200);
}

TEST_F(Remove, ANamespaceBeginsToGo) {
  const Reply reply = remove("/api/v1/namespaces/cluster-c1");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(api::text_at(reply.json(), {"status", "phase"}), "Terminating");
  EXPECT_EQ(post(kConfigs, config_text("b")).status, 403);
}

TEST_F(Remove, TheNamespacesOfTheServerStay) {
  EXPECT_EQ(remove("/api/v1/namespaces/default").status, 403);
}

}  // namespace
}  // namespace holdfast::test
