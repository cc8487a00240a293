#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string cluster(const std::string& spec, const std::string& name = "edge") {
  return "{kind: Cluster, metadata: {name: " + name + "}, spec: " + spec + "}";
}

std::vector<std::string> judged_endpoint(const std::string& endpoint) {
  return judged(cluster("{etcd: {endpoints: ['" + endpoint + "']}}"));
}

TEST(ClusterRules, TakeAnEtcdThatRunsAlready) {
  EXPECT_THAT(judged(cluster("{etcd: {endpoints: ['https://10.0.0.1:2379'], tls: {secretRef: {name: etcd-client}}}}")),
              IsEmpty());
}

TEST(ClusterRules, NamesBecomePartOfANamespace) {
  EXPECT_THAT(judged(cluster("{}", std::string(55, 'a'))), IsEmpty());
  EXPECT_THAT(judged(cluster("{}", std::string(56, 'a'))), ElementsAre(HasSubstr("metadata.name")));
  EXPECT_THAT(judged(cluster("{}", "a.b")), ElementsAre(HasSubstr("metadata.name")));
}

TEST(ClusterRules, CheckEndpoints) {
  for (const char* good :
       {"10.0.0.1:2379", "http://etcd-0.etcd:2379", "https://[::1]:2379", "https://[fe80::1%eth0]:1"})
    EXPECT_THAT(judged_endpoint(good), IsEmpty()) << good;
  for (const char* bad :
       {"", "etcd", "etcd:0", "etcd:99999", ":2379", "https://etcd", "ftp://etcd:1", "https://etcd:2379/x", "a b:1"})
    EXPECT_THAT(judged_endpoint(bad), ElementsAre(HasSubstr("spec.etcd.endpoints[0]: FieldValueInvalid"))) << bad;
}

TEST(ClusterRules, ShowNoPasswordOfAnEndpoint) {
  EXPECT_THAT(judged_endpoint("https://root:hunter2@etcd:2379"), ElementsAre(Not(HasSubstr("hunter2"))));
}

TEST(ClusterRules, SecretsComeFromTheirOwnNamespace) {
  const std::string head = "{etcd: {endpoints: ['e:1'], ";
  EXPECT_THAT(judged(cluster(head + "tls: {secretRef: {name: s, namespace: cluster-edge}}}}")), IsEmpty());
  EXPECT_THAT(
      judged(cluster(head + "tls: {secretRef: {name: s, namespace: kube-system}}}}")),
      ElementsAre("spec.etcd.tls.secretRef.namespace: FieldValueInvalid: Invalid value: \"kube-system\": must be "
                  "\"cluster-edge\", the namespace of the cluster"));
  EXPECT_THAT(judged(cluster(head + "authSecretRef: {name: 'S/s', namespace: other}}}")),
              ElementsAre(HasSubstr("authSecretRef.name"), HasSubstr("authSecretRef.namespace")));
}

TEST(ClusterRules, TheLauncherStaysOn) {
  EXPECT_THAT(judged(cluster("{features: {}}"), cluster("{features: {etcdLauncher: true}}")),
              ElementsAre(HasSubstr("spec.features.etcdLauncher")));
  EXPECT_THAT(judged(cluster("{features: {etcdLauncher: true}}"), cluster("{features: {etcdLauncher: false}}")),
              IsEmpty());
}

TEST(ClusterRules, TheSeedExists) {
  EXPECT_THAT(judged(cluster("{seed: main}")), IsEmpty());
  EXPECT_THAT(judged(cluster("{seed: other}")), ElementsAre("spec.seed: FieldValueNotFound: Not found: \"other\""));
  EXPECT_THAT(judged(cluster("{seed: other, pause: true}"), cluster("{seed: other}")), IsEmpty());
}

TEST(ClusterRules, WarnAboutCertificatesThatAreNotChecked) {
  EXPECT_THAT(judged(cluster("{etcd: {endpoints: ['e:1'], tls: {insecureSkipVerify: true}}}")),
              ElementsAre(HasSubstr("warning:")));
}

}  // namespace
}  // namespace holdfast::api
