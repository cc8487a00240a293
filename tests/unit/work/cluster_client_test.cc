#include "work/cluster_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

class ClusterClient : public testing::Test {
 protected:
  Result<etcd::ClientOptions> options(std::string_view etcd) {
    World world = plane_.work_world();
    const json::Value cluster(
        json::Object{{"metadata", {{"name", "prod"}}}, {"spec", {{"etcd", json::parse(etcd, 1000).value()}}}});
    return etcd_options_of(cluster, world);
  }

  void make_secret(std::string_view json_text) {
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
    plane_.create("secret", "cluster-prod", json_text);
  }

  test::TempDir dir_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
};

TEST_F(ClusterClient, TakesCertificatesAndLoginFromSecretsOfTheCluster) {
  make_secret(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},
      "stringData":{"ca.crt":"CA","tls.crt":"CERT","tls.key":"KEY","username":"root","password":"pw"}})");
  const auto found = options(R"({"endpoints":["https://a:2379"],"tls":{"secretRef":{"name":"s"},"serverName":"etcd"},
      "authSecretRef":{"name":"s"}})");
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(found->endpoints, std::vector<std::string>{"https://a:2379"});
  EXPECT_EQ(found->tls.ca_pem, "CA");
  EXPECT_EQ(found->tls.certificate_pem, "CERT");
  EXPECT_EQ(found->tls.key_pem.reveal(), "KEY");
  EXPECT_EQ(found->tls.server_name, "etcd");
  EXPECT_EQ(found->user, "root");
  EXPECT_EQ(found->password.reveal(), "pw");
}

TEST_F(ClusterClient, ReadsTheNamesOfKkpsOwnSecret) {
  make_secret(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},
      "stringData":{"ca.crt":"CA","backup-etcd-client.crt":"CERT","backup-etcd-client.key":"KEY"}})");
  const auto found = options(R"({"endpoints":["a:2379"],"tls":{"secretRef":{"name":"s"}}})");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tls.certificate_pem, "CERT");
  EXPECT_EQ(found->tls.key_pem.reveal(), "KEY");
}

TEST_F(ClusterClient, SaysWhatIsMissing) {
  EXPECT_EQ(options("{}").error().code, Code::usage);
  const auto none = options(R"({"endpoints":["a:2379"],"tls":{"secretRef":{"name":"gone"}}})");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::not_found);
  EXPECT_THAT(none.error().message, testing::HasSubstr("cluster-prod/gone"));
  make_secret(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"username":"root"}})");
  EXPECT_EQ(options(R"({"endpoints":["a:2379"],"authSecretRef":{"name":"s"}})").error().code, Code::usage);
}

}  // namespace
}  // namespace holdfast::work
