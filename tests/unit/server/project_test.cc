// Members of a project, in requests.
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kClusters = "/apis/kubermatic.k8c.io/v1/clusters";
const std::string kBackups = "/apis/holdfast.dev/v1/namespaces/cluster-c1/backups";
const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class ProjectMember : public testing::Test, public ServerFixture {
 protected:
  Reply ann(Ask ask) {
    ask.user = "ann";
    ask.groups = {};
    return this->ask(ask);
  }
  Reply ann_merges(const std::string& target, const std::string& body) {
    return ann({.method = "PATCH", .target = target, .body = body, .type = "application/merge-patch+json"});
  }
  // As the server makes one: "b", which is refused as damaged to those who may download it.
  void make_backup(const std::string& name_space) {
    registry::WriteOptions options;
    options.by_server = true;
    options.status = json::Object{{"phase", "Damaged"}};
    json::Value backup = parse(R"({"apiVersion":"holdfast.dev/v1","kind":"Backup","metadata":{"name":"b"},"spec":)"
                               R"({"cluster":"c1","seed":"s1","destination":"none","backupName":"b.db",)"
                               R"("objectKey":"c1-b.db"}})");
    const auto made = registry->create(kind("backup"), name_space, std::move(backup), options);
    ASSERT_TRUE(made.has_value()) << made.error().message;
  }
  static std::string cluster(const std::string& name, const std::string& project) {
    return R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":")" + name +
           R"(","labels":{"project-id":")" + project + R"("}},"spec":{}})";
  }
};

TEST_F(ProjectMember, ViewersReadTheirClustersAndNoOthers) {
  make_project("viewer");
  post(kClusters, cluster("other", "p2"));

  EXPECT_EQ(ann({.target = kClusters + "/c1"}).status, 200);
  EXPECT_EQ(ann({.target = kConfigs}).status, 200);
  EXPECT_EQ(ann({.target = "/api/v1/namespaces/cluster-c1"}).status, 200);
  EXPECT_EQ(ann({.target = kClusters + "?labelSelector=project-id%3Dp1"}).status, 200);
  EXPECT_EQ(ann({.target = kClusters}).status, 403);
  EXPECT_EQ(ann({.target = kClusters + "/other"}).status, 403);
  EXPECT_EQ(ann({.target = kClusters + "?labelSelector=project-id%3Dp2"}).status, 403);
  EXPECT_EQ(ann({.target = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-other/etcdbackupconfigs"}).status, 403);
  EXPECT_EQ(ann({.target = "/apis/kubermatic.k8c.io/v1/etcdbackupconfigs"}).status, 403);
}

TEST_F(ProjectMember, ASelectorOfSeveralProjectsIsNoWayAround) {
  make_project("viewer");

  EXPECT_EQ(ann({.target = kClusters + "?labelSelector=project-id%20in%20(p1,p2)"}).status, 403);
  EXPECT_EQ(ann({.target = kClusters + "?labelSelector=project-id!%3Dp2"}).status, 403);
}

TEST_F(ProjectMember, ViewersWriteNothing) {
  make_project("viewer");

  EXPECT_EQ(ann({.method = "POST", .target = kConfigs, .body = config_text("a")}).status, 403);
  EXPECT_EQ(ann_merges(kClusters + "/c1", R"({"metadata":{"labels":{"a":"b"}}})").status, 403);
  EXPECT_EQ(ann({.target = "/api/v1/namespaces/cluster-c1/secrets"}).status, 403);
}

TEST_F(ProjectMember, EditorsMakeConfigs) {
  make_project("editor");

  EXPECT_EQ(ann({.method = "POST", .target = kConfigs, .body = config_text("a")}).status, 201);
}

TEST_F(ProjectMember, OwnersMakeClustersInTheirProjectOnly) {
  make_project("owner");

  EXPECT_EQ(ann({.target = kClusters + "/c2"}).status, 404);
  EXPECT_EQ(ann({.method = "POST", .target = kClusters, .body = cluster("c2", "p1")}).status, 201);
  EXPECT_EQ(ann({.method = "POST", .target = kClusters, .body = cluster("c3", "p2")}).status, 403);
  EXPECT_EQ(ann({.target = "/api/v1/namespaces/cluster-c2"}).status, 200);
}

TEST_F(ProjectMember, OwnersDoNotMoveAClusterIntoAnotherProject) {
  make_project("owner");

  EXPECT_EQ(ann_merges(kClusters + "/c1", R"({"metadata":{"labels":{"project-id":"p2"}}})").status, 403);
  EXPECT_EQ(ann_merges(kClusters + "/c1", R"({"metadata":{"labels":{"a":"b"}}})").status, 200);
}

TEST_F(ProjectMember, ANewClusterDoesNotInheritTheNamespaceOfAnotherProject) {
  make_project("owner");
  post(kClusters, cluster("old", "p2"));
  ask({.method = "DELETE", .target = kClusters + "/old"});

  const Reply reply = ann({.method = "POST", .target = kClusters, .body = cluster("old", "p1")});

  EXPECT_EQ(reply.status, 403) << reply.body;
}

TEST_F(ProjectMember, GetAtWhatIsLeftOfAClusterThatIsGone) {
  make_project("owner");
  make_backup("cluster-c1");
  ASSERT_EQ(ask({.method = "DELETE", .target = kClusters + "/c1"}).status, 200);

  EXPECT_EQ(ann({.target = "/api/v1/namespaces/cluster-c1"}).status, 200);
  EXPECT_EQ(ann({.target = kBackups}).status, 200);
  EXPECT_EQ(ann_merges(kBackups + "/b", R"({"spec":{"pinned":true}})").status, 200);
  EXPECT_EQ(ann({.target = kBackups + "/b/download"}).status, 409);  // allowed, but damaged
  EXPECT_EQ(ann({.target = kClusters + "/c1"}).status, 404);
  EXPECT_EQ(ask({.target = kBackups, .user = "eve", .groups = {}}).status, 403);
  EXPECT_EQ(ask({.target = kBackups + "/b/download", .user = "eve", .groups = {}}).status, 403);
}

TEST_F(ProjectMember, GetAtWhatIsLeftAccordingToTheirRole) {
  make_project("viewer");
  make_backup("cluster-c1");
  ASSERT_EQ(ask({.method = "DELETE", .target = kClusters + "/c1"}).status, 200);

  EXPECT_EQ(ann({.target = kBackups}).status, 200);
  EXPECT_EQ(ann_merges(kBackups + "/b", R"({"spec":{"pinned":true}})").status, 403);
  EXPECT_EQ(ann({.target = kBackups + "/b/download"}).status, 403);
}

TEST_F(ProjectMember, GetAtNothingThatIsLeftOfAClusterOfAnotherProjectOrOfNone) {
  make_project("owner");
  post(kClusters, cluster("theirs", "p2"));
  post(kClusters, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"nobodys"},"spec":{}})");
  for (const char* name : {"theirs", "nobodys"})
    ASSERT_EQ(ask({.method = "DELETE", .target = kClusters + "/" + name}).status, 200);

  EXPECT_EQ(ann({.target = "/apis/holdfast.dev/v1/namespaces/cluster-theirs/backups"}).status, 403);
  EXPECT_EQ(ann({.target = "/apis/holdfast.dev/v1/namespaces/cluster-nobodys/backups"}).status, 403);
}

TEST_F(ProjectMember, OfAnotherProjectGetNothingByANewClusterOfTheName) {
  make_project("owner");
  make_backup("cluster-c1");
  ASSERT_EQ(ask({.method = "DELETE", .target = kClusters + "/c1"}).status, 200);

  const Reply reply = post(kClusters, cluster("c1", "p2"));

  EXPECT_EQ(reply.status, 409);
  EXPECT_NE(reply.body.find("is of project p1"), std::string::npos) << reply.body;
  EXPECT_EQ(ann({.method = "POST", .target = kClusters, .body = cluster("c1", "p1")}).status, 201);
}

TEST_F(ProjectMember, GetNoBackupsThatNobodySaidWereTheirs) {
  make_project("owner");
  make_namespace("cluster-old");
  make_namespace("cluster-empty");
  make_backup("cluster-old");

  const Reply reply = post(kClusters, cluster("old", "p1"));

  EXPECT_EQ(reply.status, 409) << reply.body;
  EXPECT_NE(reply.body.find("is of no project"), std::string::npos) << reply.body;
  EXPECT_EQ(post(kClusters, cluster("empty", "p1")).status, 201);
}

TEST_F(ProjectMember, AreNotToldTheNamesOfClustersOfOthers) {
  make_project("owner");
  post(kClusters, cluster("c1-x", "p2"));

  const Reply theirs = ann({.method = "POST", .target = kConfigs, .body = config_text("x-late")});
  const Reply admins = post(kConfigs, config_text("x-late"));

  EXPECT_EQ(theirs.status, 422);
  EXPECT_NE(theirs.body.find("of another cluster"), std::string::npos) << theirs.body;
  EXPECT_EQ(theirs.body.find("c1-x"), std::string::npos) << theirs.body;
  EXPECT_NE(admins.body.find("of cluster c1-x"), std::string::npos) << admins.body;
}

TEST_F(ProjectMember, AMemberOfNoProjectSeesNothing) {
  make_project("owner");

  EXPECT_EQ(ask({.target = kClusters + "/c1", .user = "eve", .groups = {}}).status, 403);
  EXPECT_EQ(ask({.target = kClusters + "/none", .user = "eve", .groups = {}}).status, 403);
}

TEST_F(ProjectMember, OwnersCannotGiveTheirClustersTheBackupsOfOthers) {
  make_project("owner");
  const std::string adopt = R"({"metadata":{"annotations":{"holdfast.dev/adopt-backups":"all"}}})";
  std::string made = cluster("c2", "p1");
  made.insert(made.find(R"("labels")"), R"("annotations":{"holdfast.dev/adopt-backups":"all"},)");
  json::Value put = get(kClusters + "/c1").json();
  put.at("metadata").as_object()["annotations"] = json::Object{{"holdfast.dev/adopt-backups", "all"}};
  const std::string applied = R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"c1",)"
                              R"("labels":{"project-id":"p1"},"annotations":{"holdfast.dev/adopt-backups":"all"}}})";

  EXPECT_EQ(ann({.method = "POST", .target = kClusters, .body = made}).status, 403);
  EXPECT_EQ(ann_merges(kClusters + "/c1", adopt).status, 403);
  EXPECT_EQ(ann({.method = "PUT", .target = kClusters + "/c1", .body = json::to_string(put)}).status, 403);
  EXPECT_EQ(ann({.method = "PATCH",
                 .target = kClusters + "/c1?fieldManager=ann&force=true",
                 .body = applied,
                 .type = "application/apply-patch+yaml"})
                .status,
            403);
  EXPECT_EQ(ask({.method = "PATCH", .target = kClusters + "/c1", .body = adopt, .type = "application/merge-patch+json"})
                .status,
            200);
  EXPECT_EQ(ann_merges(kClusters + "/c1", R"({"metadata":{"labels":{"a":"b"}}})").status, 200);
}

TEST_F(ProjectMember, WhoMadeAClusterIsKnown) {
  make_project("owner");
  EXPECT_EQ(ann({.method = "POST", .target = kClusters, .body = cluster("c2", "p1")}).status, 201);

  EXPECT_NE(get(kClusters + "/c1").body.find(R"("madeByAdministrator":true)"), std::string::npos);
  EXPECT_EQ(get(kClusters + "/c2").body.find("madeByAdministrator"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
