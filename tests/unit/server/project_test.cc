// Members of a project, in requests.
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

namespace holdfast::test {
namespace {

const std::string kClusters = "/apis/kubermatic.k8c.io/v1/clusters";
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
