#include "control/reconcile/ownership.h"

#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

BackupOrigin of_shop() {
  return {.cluster_uid = "u1", .project = "shop"};
}

// Before uid and project stood in manifests, or made by the command line.
BackupOrigin of_before() {
  return {};
}

ClusterIdentity cluster(const char* project) {
  ClusterIdentity identity;
  identity.is_there = true;
  identity.uid = "u2";
  identity.project = project;
  return identity;
}

TEST(Ownership, AnotherProjectGetsNothingByANameAlone) {
  EXPECT_FALSE(is_of_cluster(of_shop(), cluster("thieves")));
  EXPECT_FALSE(is_of_cluster(of_before(), cluster("thieves")));
  EXPECT_FALSE(is_of_cluster({}, cluster("thieves")));
}

TEST(Ownership, TheSameProjectOrClusterGetsItBack) {
  EXPECT_TRUE(is_of_cluster(of_shop(), cluster("shop")));
  ClusterIdentity moved = cluster("pay");
  moved.uid = "u1";
  EXPECT_TRUE(is_of_cluster(of_shop(), moved));
}

TEST(Ownership, WithoutAProjectItTakesWhatNamesNone) {
  EXPECT_TRUE(is_of_cluster(of_before(), cluster("")));
  EXPECT_FALSE(is_of_cluster(of_shop(), cluster(""))) << "a label could give it to anybody then";
  ClusterIdentity itself = cluster("");
  itself.uid = "u1";
  EXPECT_TRUE(is_of_cluster(of_shop(), itself));
}

TEST(Ownership, AnAdministratorsClusterTakesWhatIsNobodysProject) {
  ClusterIdentity made = cluster("pay");
  made.by_administrator = true;
  EXPECT_TRUE(is_of_cluster({}, made));
  EXPECT_TRUE(is_of_cluster(of_before(), made));
  EXPECT_FALSE(is_of_cluster(of_shop(), made));
}

TEST(Ownership, AdministratorsCanGiveItAway) {
  ClusterIdentity heir = cluster("pay");
  heir.adopts = "u0, u1";
  EXPECT_TRUE(is_of_cluster(of_shop(), heir));
  heir.adopts = "u10";
  EXPECT_FALSE(is_of_cluster(of_shop(), heir));
  EXPECT_FALSE(is_of_cluster({}, heir));
  heir.adopts = "all";
  EXPECT_TRUE(is_of_cluster({}, heir));
}

TEST(Ownership, ANamespaceThatIsLeftTakesWhatIsOfItsProject) {
  ClusterIdentity left;
  left.project = "shop";
  EXPECT_TRUE(is_of_cluster(of_shop(), left));
  EXPECT_FALSE(is_of_cluster(of_before(), left));
  left.project = "thieves";
  EXPECT_FALSE(is_of_cluster(of_shop(), left));
  left.project = "";
  EXPECT_FALSE(is_of_cluster(of_shop(), left));
  EXPECT_TRUE(is_of_cluster(of_before(), left));
}

TEST(Ownership, IsReadFromTheCluster) {
  const auto object = json::parse(R"({"metadata":{"uid":"u2","labels":{"project-id":"shop"},
      "annotations":{"holdfast.dev/adopt-backups":"u1"}},"status":{"madeByAdministrator":true}})",
                                  10'000)
                          .value();
  const ClusterIdentity identity = identity_of_cluster(object);
  EXPECT_EQ(identity.uid, "u2");
  EXPECT_EQ(identity.project, "shop");
  EXPECT_EQ(identity.adopts, "u1");
  EXPECT_TRUE(identity.by_administrator && identity.is_there);
}

}  // namespace
}  // namespace holdfast::control
