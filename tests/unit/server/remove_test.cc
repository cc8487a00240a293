#include <fmt/format.h>
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

const std::string kBackupsHere = "/apis/holdfast.dev/v1/namespaces/cluster-c1/backups";

class RemovePinned : public Remove {
 protected:
  RemovePinned() {
    make("bk1");
    make("bk2");
    EXPECT_EQ(change("bk1", R"({"spec":{"pinned":true,"pinReason":"legal hold"}})").status, 200);
  }
  void make(const std::string& name) {
    registry::WriteOptions options;
    options.by_server = true;
    const auto object = parse(fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Backup",
        "metadata":{{"name":"{}"}},"spec":{{"cluster":"c1","destination":"d1","objectKey":"{}.db"}}}})",
                                          name, name));
    const auto written =
        registry->create(*registry->kinds().find("holdfast.dev", "v1", "backups"), "cluster-c1", object, options);
    EXPECT_TRUE(written) << written.error().message;
  }
  Reply change(const std::string& name, const std::string& patch) {
    return ask({.method = "PATCH",
                .target = kBackupsHere + "/" + name,
                .body = patch,
                .type = "application/merge-patch+json"});
  }
};

TEST_F(RemovePinned, IsRefusedWithTheReasonUntilItIsUnpinned) {
  const Reply refused = remove(kBackupsHere + "/bk1");

  EXPECT_EQ(refused.status, 403);
  const std::string message(api::text_at(refused.json(), {"message"}));
  EXPECT_NE(message.find("legal hold"), std::string::npos) << message;
  EXPECT_NE(message.find("holdfast backup unpin bk1 --cluster c1"), std::string::npos) << message;
  EXPECT_EQ(remove(kBackupsHere + "/bk1?dryRun=All").status, 403);

  EXPECT_EQ(change("bk1", R"({"spec":{"pinned":false}})").status, 200);
  EXPECT_EQ(remove(kBackupsHere + "/bk1").status, 200);
}

TEST_F(RemovePinned, ACollectionWithOneGoesNotAtAll) {
  EXPECT_EQ(remove(kBackupsHere).status, 403);

  EXPECT_EQ(get(kBackupsHere + "/bk2").status, 200);
  EXPECT_EQ(remove(kBackupsHere + "?fieldSelector=metadata.name%3Dbk2").status, 200);
  EXPECT_EQ(get(kBackupsHere + "/bk2").status, 404);
}

TEST_F(RemovePinned, ANamespaceThatHoldsOneStays) {
  const Reply refused = remove("/api/v1/namespaces/cluster-c1");

  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(api::text_at(refused.json(), {"message"}).find("bk1 (\"legal hold\")"), std::string::npos);
  EXPECT_EQ(change("bk1", R"({"spec":{"pinned":false}})").status, 200);
  EXPECT_EQ(remove("/api/v1/namespaces/cluster-c1").status, 200);
}

}  // namespace
}  // namespace holdfast::test
