#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace holdfast::api {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The clusters a and a-b; a has the configs default-backups and x-late, a-default has backups.
const KnownObjects& neighbours() {
  static const KnownObjects objects({
      "{kind: Seed, metadata: {name: main, namespace: kubermatic}, spec: {etcdBackupRestore: "
      "{destinations: {s3: {bucketName: near}}, defaultDestination: s3}}}",
      "{kind: Cluster, metadata: {name: a}, spec: {}}",
      "{kind: Cluster, metadata: {name: a-b}, spec: {}}",
      "{kind: Namespace, metadata: {name: cluster-a-gone}}",
      "{kind: EtcdBackupConfig, metadata: {name: default-backups, namespace: cluster-a}, spec: {}}",
      "{kind: EtcdBackupConfig, metadata: {name: x-late, namespace: cluster-a}, spec: {}}",
      "{kind: EtcdBackupConfig, metadata: {name: backups, namespace: cluster-e-default}, spec: {}}",
  });
  return objects;
}

std::vector<std::string> config(const std::string& cluster, const std::string& name) {
  return judged("{kind: EtcdBackupConfig, metadata: {name: " + name + ", namespace: cluster-" + cluster +
                    "}, spec: {cluster: {name: " + cluster + "}, schedule: '@daily'}}",
                "", neighbours());
}

std::vector<std::string> cluster(const std::string& name) {
  return judged("{kind: Cluster, metadata: {name: " + name + "}, spec: {}}", "", neighbours());
}

TEST(KeyRules, AConfigMustNotTakeTheKeysOfALongerCluster) {
  EXPECT_THAT(
      config("a", "b-late"),
      ElementsAre(HasSubstr("must not begin with \"b-\": its backups would have the keys of those of cluster a-b")));
  EXPECT_THAT(config("a", "gone-late"), ElementsAre(HasSubstr("cluster a-gone")));
  EXPECT_THAT(config("a", "c-late"), IsEmpty());
  EXPECT_THAT(config("a", "b"), IsEmpty());
  EXPECT_THAT(config("a", "default-backups"), IsEmpty());
}

TEST(KeyRules, AConfigMustNotTakeTheKeysOfAShorterCluster) {
  EXPECT_THAT(config("a-x", "late"), ElementsAre(HasSubstr("have the keys of those of x-late of cluster a;")));
  EXPECT_THAT(config("a-default", "backups"), ElementsAre(HasSubstr("of default-backups of cluster a;")));
  EXPECT_THAT(config("a-x", "early"), IsEmpty());
  EXPECT_THAT(config("a-b", "late"), IsEmpty());
}

TEST(KeyRules, AClusterMustNotTakeTheKeysOfConfigsOfAShorterOne) {
  EXPECT_THAT(cluster("a-x"), ElementsAre(HasSubstr("backups of x-late of cluster a have keys")));
  EXPECT_THAT(cluster("a-default"), IsEmpty());
  EXPECT_THAT(cluster("a-y"), IsEmpty());
}

TEST(KeyRules, ItsOwnDefaultBackupsMustHaveTheirKeys) {
  EXPECT_THAT(cluster("e"), ElementsAre(HasSubstr("of backups of cluster e-default;")));
}

TEST(KeyRules, BackupsByHandHaveTheirNameForThemselves) {
  EXPECT_THAT(config("a", "manual"), ElementsAre(HasSubstr("asked for by hand")));
}

// Clusters of the projects mine and theirs, and what is left of one.
TEST(KeyRules, NameClustersToThoseWhoMaySeeThem) {
  const KnownObjects objects({
      "{kind: Seed, metadata: {name: main, namespace: kubermatic}, spec: {etcdBackupRestore: "
      "{destinations: {s3: {bucketName: near}}, defaultDestination: s3}}}",
      "{kind: Cluster, metadata: {name: a, labels: {project-id: mine}}, spec: {}}",
      "{kind: Cluster, metadata: {name: a-b, labels: {project-id: theirs}}, spec: {}}",
      "{kind: Namespace, metadata: {name: cluster-a-gone, labels: {project-id: theirs}}}",
      "{kind: EtcdBackupConfig, metadata: {name: x-late, namespace: cluster-a}, spec: {}}",
      "{kind: EtcdBackupConfig, metadata: {name: backups, namespace: cluster-a-default}, spec: {}}",
  });
  const auto made_config = [&](const std::string& project, const std::string& cluster, const std::string& name) {
    return judged_for(project,
                      "{kind: EtcdBackupConfig, metadata: {name: " + name + ", namespace: cluster-" + cluster +
                          "}, spec: {cluster: {name: " + cluster + "}}}",
                      objects);
  };
  const auto made_cluster = [&](const std::string& project, const std::string& name) {
    return judged_for(project, "{kind: Cluster, metadata: {name: " + name + "}, spec: {}}", objects);
  };

  EXPECT_THAT(made_config("theirs", "a", "b-late"), ElementsAre(HasSubstr("cluster a-b")));
  EXPECT_THAT(made_config("theirs", "a", "gone-late"), ElementsAre(HasSubstr("cluster a-gone")));
  EXPECT_THAT(made_config("mine", "a-x", "late"), ElementsAre(HasSubstr("x-late of cluster a;")));
  EXPECT_THAT(made_cluster("mine", "a-x"), ElementsAre(HasSubstr("x-late of cluster a ")));
  for (const auto& refusal :
       {made_config("mine", "a", "b-late"), made_config("mine", "a", "gone-late"), made_config("theirs", "a-x", "late"),
        made_cluster("theirs", "a-x"), made_cluster("mine", "a")})
    EXPECT_THAT(refusal, ElementsAre(AllOf(HasSubstr("of another cluster;"), Not(HasSubstr("cluster a")))));
}

TEST(KeyRules, WhatIsThereMayBeChanged) {
  const std::string there =
      "{kind: EtcdBackupConfig, metadata: {name: b-late, namespace: cluster-a}, spec: {cluster: "
      "{name: a}, schedule: '@daily'}}";
  EXPECT_THAT(judged(there, there, neighbours()), IsEmpty());
}

}  // namespace
}  // namespace holdfast::api
