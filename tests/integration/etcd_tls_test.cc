// TLS against real servers, for calls and for snapshots, which travel on different connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

#include "support/certificates.h"
#include "support/temp_dir.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;

// One member of each version for all tests here; it asks for client certificates.
class EtcdTls : public testing::TestWithParam<EtcdVersion> {
 protected:
  static test::EtcdCluster& cluster() {
    static std::map<EtcdVersion, std::unique_ptr<test::EtcdCluster>> clusters;
    auto& cluster = clusters[GetParam()];
    if (!cluster) cluster = own_cluster({.version = GetParam(), .tls = true});
    return *cluster;
  }

  // Makes a call and takes a snapshot; both must succeed.
  void expect_both_work() {
    const auto client = client_for(options_);
    must(client->put({.key = "a", .value = "x"}));
    const auto stream = must(client->snapshot(options_.endpoints[0], {}));
    if (stream) {
      EXPECT_GT(must(read_all(*stream, 64 * kMiB)).size(), 0U);
    }
  }

  // Both must be refused, never taken for something that goes away by itself.
  void expect_both_refused(const std::string& hint) {
    const auto client = client_for(options_);
    for (const Error& error :
         {client->range({.key = "a"}).error(), client->snapshot(options_.endpoints[0], {}).error()}) {
      EXPECT_EQ(error.code, Code::refused) << error.to_string();
      EXPECT_FALSE(error.retryable);
      EXPECT_THAT(error.hint, HasSubstr(hint)) << error.to_string();
      EXPECT_THAT(error.to_string(), HasSubstr(options_.endpoints[0]));
    }
  }

  std::string port() const { return cluster().endpoints()[0].substr(cluster().endpoints()[0].rfind(':') + 1); }

  ClientOptions options_ = options_for(cluster());
};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdTls, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdTls, WorksWithTheRightCertificates) {
  expect_both_work();
}

TEST_P(EtcdTls, IsMeantByAnEndpointWithoutASchemeWhenCertificatesAreGiven) {
  options_.endpoints = {"127.0.0.1:" + port()};
  expect_both_work();
}

TEST_P(EtcdTls, ChecksTheNameInsteadOfTheHostWhenOneIsGiven) {
  options_.tls.server_name = "etcd.test";
  expect_both_work();
}

TEST_P(EtcdTls, RefusesACertificateForAnotherName) {
  options_.tls.server_name = "other.test";
  expect_both_refused("--server-name");
}

TEST_P(EtcdTls, RefusesACertificateOfAnotherAuthority) {
  const test::TempDir directory;
  options_.tls.ca_file = must(test::make_certificates(directory.path())).ca_file;
  expect_both_refused("--cacert");
}

TEST_P(EtcdTls, TrustsTheSystemsAuthoritiesOnlyWhenNoneIsNamed) {
  options_.tls.ca_file.clear();
  expect_both_refused("--cacert");
}

TEST_P(EtcdTls, CanBeToldNotToCheckTheServer) {
  options_.tls.ca_file.clear();
  options_.tls.insecure_skip_verify = true;
  expect_both_work();
}

TEST_P(EtcdTls, FailsWithoutTheClientCertificateTheServerWants) {
  options_.tls.certificate_file.clear();
  options_.tls.key_file.clear();
  const auto client = client_for(options_);
  EXPECT_FALSE(client->range({.key = "a"}));
  EXPECT_FALSE(client->snapshot(options_.endpoints[0], {}));
}

TEST_P(EtcdTls, FailsInTheClearWhereTlsIsSpoken) {
  options_.endpoints = {"http://127.0.0.1:" + port()};
  const auto client = client_for(options_);
  EXPECT_FALSE(client->range({.key = "a"}));
  EXPECT_FALSE(client->snapshot(options_.endpoints[0], {}));
}

TEST_P(EtcdTls, FailsWhereTheServerSpeaksInTheClear) {
  const std::string plain = shared_cluster(GetParam()).endpoints()[0];
  options_.endpoints = {"https" + plain.substr(4)};
  const auto client = client_for(options_);
  EXPECT_FALSE(client->range({.key = "a"}));
  const Error error = client->snapshot(options_.endpoints[0], {}).error();
  EXPECT_THAT(error.to_string(), HasSubstr("closed during the TLS handshake"));
  EXPECT_THAT(error.hint, HasSubstr("use http://"));
}

}  // namespace
}  // namespace holdfast::etcd
