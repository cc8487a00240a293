// Clusters and clients for the tests of the etcd client.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "etcd/client.h"
#include "support/etcd_server.h"

namespace holdfast::etcd {

// One member of each version, started once for all tests of the program that do no harm; they keep to their own keys.
test::EtcdCluster& shared_cluster(test::EtcdVersion version);

// A cluster of its own; the test fails when it cannot be started.
std::unique_ptr<test::EtcdCluster> own_cluster(const test::EtcdOptions& options);

// Options for all members of the cluster: its certificates, and limits short enough for tests.
ClientOptions options_for(const test::EtcdCluster& cluster);
std::unique_ptr<Client> client_for(const ClientOptions& options);

// Runs etcdctl against the first member; expects it to succeed.
void ctl(const test::EtcdCluster& cluster, test::EtcdVersion version, std::vector<std::string> arguments);

// Puts `count` values of `size` random-looking bytes under `prefix`, one call each.
void fill(Client& client, const std::string& prefix, int count, std::size_t size);

// Tests that run against each version of the server on the shared cluster.
class EtcdVersions : public testing::TestWithParam<test::EtcdVersion> {
 protected:
  EtcdVersions();
  // Different for each test.
  std::string key(const std::string& name) const { return prefix_ + name; }
  std::string prefix_end() const;

  test::EtcdCluster& cluster_;
  std::unique_ptr<Client> client_;
  std::string prefix_;
};

std::string version_name(const testing::TestParamInfo<test::EtcdVersion>& info);

// Every call in these tests that is expected to succeed goes through here, so that a failure shows why it failed.
template <class T>
T must(Result<T> result) {
  EXPECT_TRUE(result) << result.error().to_string();
  return result ? std::move(*result) : T{};
}
inline void must(const Status& status) {
  EXPECT_TRUE(status) << status.error().to_string();
}

}  // namespace holdfast::etcd
