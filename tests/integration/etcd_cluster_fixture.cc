#include "integration/etcd_cluster_fixture.h"

#include <map>

namespace holdfast::etcd {

using test::EtcdVersion;

test::EtcdCluster& shared_cluster(EtcdVersion version) {
  static std::map<EtcdVersion, std::unique_ptr<test::EtcdCluster>> clusters;
  auto& cluster = clusters[version];
  if (!cluster) cluster = own_cluster({.version = version});
  return *cluster;
}

std::unique_ptr<test::EtcdCluster> own_cluster(const test::EtcdOptions& options) {
  auto cluster = test::make_etcd_cluster(options);
  // Nothing that follows makes sense without it.
  if (!cluster) throw std::runtime_error("no etcd: " + cluster.error().to_string());
  return std::move(*cluster);
}

ClientOptions options_for(const test::EtcdCluster& cluster) {
  ClientOptions options;
  options.endpoints = cluster.endpoints();
  options.tls.ca_file = cluster.ca_file();
  options.tls.certificate_file = cluster.client_certificate_file();
  options.tls.key_file = cluster.client_key_file();
  options.dial_timeout = std::chrono::seconds(5);
  options.request_timeout = std::chrono::seconds(20);
  options.stall_timeout = std::chrono::seconds(20);
  return options;
}

std::unique_ptr<Client> client_for(const ClientOptions& options) {
  auto client = make_client(options);
  if (!client) throw std::runtime_error("no client: " + client.error().to_string());
  return std::move(*client);
}

void ctl(const test::EtcdCluster& cluster, EtcdVersion version, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {test::etcdctl_program(version), "--endpoints", cluster.endpoints().at(0)});
  const test::ProgramResult result = test::run_program(arguments, "", {"ETCDCTL_API=3"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

void fill(Client& client, const std::string& prefix, int count, std::size_t size) {
  std::uint64_t state = 1;
  for (int i = 0; i < count; ++i) {
    std::string value(size, '\0');
    for (char& c : value) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      c = static_cast<char>(state >> 56);
    }
    must(client.put({.key = fmt::format("{}{:06}", prefix, i), .value = std::move(value)}));
  }
}

EtcdVersions::EtcdVersions()
    : cluster_(shared_cluster(GetParam())),
      client_(client_for(options_for(cluster_))),
      prefix_(std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "/") {}

std::string EtcdVersions::prefix_end() const {
  std::string end = prefix_;
  ++end.back();
  return end;
}

std::string version_name(const testing::TestParamInfo<EtcdVersion>& info) {
  return info.param == EtcdVersion::v3_4 ? "v3_4" : "v3_5";
}

}  // namespace holdfast::etcd
