#include "support/etcd_server.h"

#include <gtest/gtest.h>

namespace holdfast::test {
namespace {

ProgramResult ctl(EtcdVersion version, const EtcdCluster& cluster, int member, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {etcdctl_program(version), "--endpoints", cluster.endpoints().at(static_cast<std::size_t>(member))});
  if (!cluster.ca_file().empty()) {
    arguments.insert(arguments.end(), {"--cacert", cluster.ca_file(), "--cert", cluster.client_certificate_file(),
                                       "--key", cluster.client_key_file()});
  }
  return run_program(arguments, "", {"ETCDCTL_API=3"});
}

class EtcdServer : public testing::TestWithParam<EtcdVersion> {};

TEST_P(EtcdServer, KeepsWhatWasWrittenOverAKillAndAStart) {
  const auto cluster = make_etcd_cluster({.version = GetParam()});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_EQ(ctl(GetParam(), **cluster, 0, {"put", "key", "value"}).exit_code, 0);
  (*cluster)->kill(0);
  const Status again = (*cluster)->start(0);
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(ctl(GetParam(), **cluster, 0, {"get", "key", "--print-value-only"}).out, "value\n");
}

TEST_P(EtcdServer, FormsAClusterOfThreeThatSurvivesOneMember) {
  const auto cluster = make_etcd_cluster({.version = GetParam(), .members = 3});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  (*cluster)->stop(1);
  const ProgramResult put = ctl(GetParam(), **cluster, 2, {"--command-timeout", "20s", "put", "key", "value"});
  EXPECT_EQ(put.exit_code, 0) << put.err;
}

TEST_P(EtcdServer, AsksForAClientCertificateUnderTls) {
  const auto cluster = make_etcd_cluster({.version = GetParam(), .tls = true});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_EQ(ctl(GetParam(), **cluster, 0, {"put", "key", "value"}).exit_code, 0);
  const ProgramResult without =
      run_program({etcdctl_program(GetParam()), "--endpoints", (*cluster)->endpoints().at(0), "--cacert",
                   (*cluster)->ca_file(), "--command-timeout", "1s", "get", "key"},
                  "", {"ETCDCTL_API=3"});
  EXPECT_NE(without.exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Versions, EtcdServer, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& version) { return version.param == EtcdVersion::v3_4 ? "v3_4" : "v3_5"; });

TEST(EtcdServerErrors, ShowTheLogOfAServerThatCannotStart) {
  const auto cluster = make_etcd_cluster({.extra_flags = {"--no-such-flag"}});
  ASSERT_FALSE(cluster);
  EXPECT_NE(cluster.error().message.find("no-such-flag"), std::string::npos) << cluster.error().message;
}

}  // namespace
}  // namespace holdfast::test
