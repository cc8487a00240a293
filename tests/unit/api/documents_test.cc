// The YAML that the users of KKP have, as its documentation shows it, is valid as it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/object.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What is odd or wrong about the document.
std::vector<std::string> problems(std::string_view text) {
  const json::Value object = yaml(text);
  const Kind* kind = all_kinds().find_kind(std::string(object.at("apiVersion").get_string()),
                                           std::string(object.at("kind").get_string()));
  if (kind == nullptr) return {"there is no such kind"};
  auto decoded = decode_json(*kind, json::to_string(object));
  if (!decoded) return {decoded.error().message};
  std::vector<std::string> found = oddities(*decoded);
  apply_defaults(*kind, decoded->object);
  for (const std::string& text_of_cause : texts(validate(*kind, decoded->object)))
    found.push_back(text_of_cause);
  return found;
}

TEST(Documents, ABackupConfigWithASchedule) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdBackupConfig
metadata:
  name: daily-backup
  namespace: cluster-zvc78xnnz7
spec:
  cluster:
    apiVersion: kubermatic.k8c.io/v1
    kind: Cluster
    name: zvc78xnnz7
  schedule: '@every 20m'
  keep: 20
  destination: s3
)"),
              IsEmpty());
}

TEST(Documents, ABackupConfigForOneSnapshot) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdBackupConfig
metadata:
  name: daily-backup
  namespace: cluster-zvc78xnnz7
spec:
  cluster:
    apiVersion: kubermatic.k8c.io/v1
    kind: Cluster
    name: zvc78xnnz7
  keep: 20
  destination: s3
)"),
              IsEmpty());
}

TEST(Documents, TheDefaultBackupConfig) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdBackupConfig
metadata: {name: default-backups, namespace: cluster-zvc78xnnz7}
spec:
    cluster: {name: zvc78xnnz7}
    keep: 20
    name: default-backups
    schedule: '@every 20m'
    destination: s3
)"),
              IsEmpty());
}

TEST(Documents, ABackupConfigWithItsStatus) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdBackupConfig
metadata: {name: jobtest1, namespace: cluster-zvc78xnnz7}
spec: {cluster: {name: zvc78xnnz7}}
status:
  lastBackups:
  - backupFinishedTime: "2021-03-16T01:48:22Z"
    backupName: zvc78xnnz7-jobtest1-2021-03-16T03:48:00
    backupPhase: Completed
    deleteFinishedTime: "2021-03-16T02:01:43Z"
    deleteJobName: zvc78xnnz7-backup-jobtest1-delete-s8sb8mdsp5
    deletePhase: Completed
    jobName: zvc78xnnz7-backup-jobtest1-create-rjjq9d4k6d
    scheduledTime: "2021-03-16T01:48:00Z"
  - backupFinishedTime: "2021-03-16T01:51:25Z"
    backupName: zvc78xnnz7-jobtest1-2021-03-16T03:51:00
    backupPhase: Completed
    deleteFinishedTime: "2021-03-16T02:04:08Z"
    deleteJobName: zvc78xnnz7-backup-jobtest1-delete-wcwvc8nmdt
    deletePhase: Completed
    jobName: zvc78xnnz7-backup-jobtest1-create-96tblznngk
    scheduledTime: "2021-03-16T01:51:00Z"
)"),
              IsEmpty());
}

TEST(Documents, ARestore) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdRestore
metadata:
  name: cluster-restore
  namespace: cluster-zvc78xnnz7
spec:
  cluster:
    apiVersion: kubermatic.k8c.io/v1
    kind: Cluster
    name: zvc78xnnz7
  backupName: daily-backup-2021-03-02T15:24:00
  destination: s3
)"),
              IsEmpty());
}

TEST(Documents, ASeedWithADefaultDestination) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: kubermatic, namespace: kubermatic}
spec:
  etcdBackupRestore:
    destinations:
      s3:
        bucketName: kkpbackuptest
        credentials:
          name: backup-s3
          namespace: kube-system
        endpoint: s3.amazonaws.com
    defaultDestination: s3
)"),
              IsEmpty());
}

TEST(Documents, ASeedWithEverythingBucketsNeed) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: s, namespace: kubermatic}
spec:
  country: DE
  etcdBackupRestore:
    destinations:
      far.away:
        type: s3
        endpoint: http://10.0.0.1:9000
        bucketName: b
        useIAM: true
        prefix: etcd/
        region: eu-central-1
        pathStyle: true
        caBundle: "-----BEGIN CERTIFICATE-----"
        proxy: http://proxy:3128
        storageClass: STANDARD_IA
        objectLockDays: 30
        bandwidth: 50MiB
        compression: zstd
        encryption: {recipients: [age1jv7088r65dxrul6epl7fv8u5v6nqu3hs8y20zkyh36nwec5dndaqm6ap6a], identities: {name: keys}}
        maxConcurrent: 4
      here: {type: local, path: /var/backups}
    defaultDestination: here
    backupInterval: 30m
    backupCount: 10
)"),
              IsEmpty());
}

TEST(Documents, SettingsOfKkpThatAreNotOursAreKept) {
  const json::Value seed = yaml(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: s, namespace: kubermatic}
spec:
  exposeStrategy: NodePort
  kubeconfig: {name: kubeconfig-s, namespace: kubermatic}
  datacenters: {dc1: {country: DE, spec: {digitalocean: {region: ams3}}}}
  mla: {userClusterMLAEnabled: true}
)");
  const auto decoded = decode_json(kind_named("Seed"), json::to_string(seed));
  ASSERT_TRUE(decoded);
  EXPECT_THAT(decoded->unknown_fields, IsEmpty());
  EXPECT_EQ(decoded->object, seed);
}

TEST(Documents, AClusterOfKkp) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: zvc78xnnz7, labels: {project-id: f7ql2tbh5d}}
spec:
  humanReadableName: silly-jones
  version: v1.29.4
  cloud: {dc: dc1, providerName: digitalocean, digitalocean: {token: t}}
  clusterNetwork: {pods: {cidrBlocks: [172.25.0.0/16]}}
  features: {etcdLauncher: true}
  componentsOverride:
    apiserver: {replicas: 2}
    etcd: {clusterSize: 3, diskSize: 5Gi, resources: {requests: {cpu: 50m}}}
  exposeStrategy: NodePort
)"),
              IsEmpty());
}

TEST(Documents, AClusterThatRunsAlready) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: edge}
spec:
  etcd:
    endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379']
    tls: {secretRef: {name: etcd-client}}
)"),
              IsEmpty());
}

TEST(Documents, OwnContainers) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: KubermaticConfiguration
metadata: {name: kubermatic, namespace: kubermatic}
spec:
  ingress: {domain: example.com}
  seedController:
    replicas: 1
    backupCount: 20
    backupStoreContainer: |
      name: store-container
      image: d3fk/s3cmd
      command: [/bin/sh, -c, "s3cmd put /backup/snapshot.db.gz s3://$BUCKET_NAME/$CLUSTER-$BACKUP_TO_CREATE"]
)"),
              IsEmpty());
}

TEST(Documents, SlipsAreNamed) {
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: EtcdBackupConfig
metadata: {name: a, namespace: cluster-x}
spec: {cluster: {name: x}, shedule: '@daily', keep: twenty}
)"),
              ElementsAre("unknown field \"spec.shedule\"", HasSubstr("spec.keep: FieldValueTypeInvalid")));
  EXPECT_THAT(problems(R"(
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: a, namespace: kubermatic}
spec: {etcdBackupRestore: {destinations: {s3: {buket: b, type: ftp}}}}
)"),
              SizeIs(2));
}

}  // namespace
}  // namespace holdfast::api
