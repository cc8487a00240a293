// Users and passwords against real servers.
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;
using testing::Not;

// One member with authentication on: "root" may do everything, "reader" may read keys that begin with "r".
class EtcdAuth : public testing::TestWithParam<EtcdVersion> {
 protected:
  EtcdAuth()
      : cluster_(own_cluster({.version = GetParam(), .extra_flags = {"--auth-token-ttl", "1"}})),
        endpoint_(cluster_->endpoints()[0]) {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"user", "add", "root:topsecret"},
                                               {"user", "add", "reader:alsosecret"},
                                               {"role", "add", "root"},
                                               {"role", "add", "reading"},
                                               {"role", "grant-permission", "reading", "read", "r", "s"},
                                               {"user", "grant-role", "root", "root"},
                                               {"user", "grant-role", "reader", "reading"},
                                               {"auth", "enable"}}) {
      ctl(*cluster_, GetParam(), command);
    }
  }

  std::unique_ptr<Client> client_as(const std::string& user, const std::string& password) {
    ClientOptions options = options_for(*cluster_);
    options.user = user;
    options.password = Secret(password);
    return client_for(options);
  }

  std::unique_ptr<test::EtcdCluster> cluster_;
  std::string endpoint_;
};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdAuth, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdAuth, LetsTheRightUserDoEverything) {
  const auto client = client_as("root", "topsecret");
  must(client->put({.key = "r1", .value = "x"}));
  EXPECT_EQ(must(client->range({.key = "r1"})).kvs.at(0).value, "x");
  must(client->member_list());
  must(client->hash_kv(endpoint_, 0));
  const auto lease = must(client->lease_grant(600));
  must(client->lease_keep_alive_once(lease.id));
  must(client->watch({.key = "r1"}, [](const WatchBatch&) { return false; }, {}));
  const auto stream = must(client->snapshot(endpoint_, {}));
  EXPECT_GT(must(read_all(*stream, 64 * kMiB)).size(), 0U);
  const HeldSnapshot held = must(client->held_snapshot(endpoint_, {}));
  EXPECT_GT(must(read_all(*held.stream, 64 * kMiB)).size(), 0U);
}

TEST_P(EtcdAuth, RefusesAWrongPasswordWithoutRepeatingIt) {
  const auto client = client_as("root", "hunter2hunter2");
  for (const Error& error : {client->range({.key = "r1"}).error(), client->snapshot(endpoint_, {}).error()}) {
    EXPECT_EQ(error.code, Code::refused);
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(error.hint, "check user and password");
    EXPECT_THAT(error.to_string(), HasSubstr("log in as root"));
    EXPECT_THAT(error.to_string(), Not(HasSubstr("hunter2")));
  }
}

TEST_P(EtcdAuth, RefusesCallsWithoutAUser) {
  const auto client = client_for(options_for(*cluster_));
  const Error range = client->range({.key = "r1"}).error();
  EXPECT_EQ(range.code, Code::refused);
  EXPECT_THAT(range.hint, HasSubstr("give user and password"));
  const Error snapshot = client->snapshot(endpoint_, {}).error();
  EXPECT_EQ(snapshot.code, Code::refused);
  EXPECT_THAT(snapshot.hint, HasSubstr("give user and password"));
}

TEST_P(EtcdAuth, RefusesASnapshotToAUserWithoutTheRoleRoot) {
  const auto client = client_as("reader", "alsosecret");
  must(client->range({.key = "r1"}));
  EXPECT_EQ(client->range({.key = "x"}).error().code, Code::refused);
  const Error error = client->snapshot(endpoint_, {}).error();
  EXPECT_EQ(error.code, Code::refused);
  EXPECT_THAT(error.hint, HasSubstr("role root"));
  EXPECT_EQ(client->held_snapshot(endpoint_, {}).error().code, Code::refused);
}

TEST_P(EtcdAuth, TellsTheStatusWithoutAUser) {
  must(client_for(options_for(*cluster_))->status(endpoint_));
}

TEST_P(EtcdAuth, LogsInAgainWhenTheLoginHasExpired) {
  const auto client = client_as("root", "topsecret");
  must(client->put({.key = "r1", .value = "x"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));  // the server forgets a login that is idle for a second
  must(client->put({.key = "r1", .value = "y"}));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  must(client->snapshot(endpoint_, {}));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  must(client->watch({.key = "r1"}, [](const WatchBatch&) { return false; }, {}));
}

TEST_P(EtcdAuth, LogsInAgainAfterTheMemberWasStartedAgain) {
  const auto client = client_as("root", "topsecret");
  must(client->put({.key = "r1", .value = "x"}));
  const auto other = client_as("root", "topsecret");
  must(other->range({.key = "r1"}));
  cluster_->stop(0);
  ::setenv("ETCDCTL_USER", "root:topsecret", 1);  // for the health check that start() waits for
  const Status started = cluster_->start(0);
  ::unsetenv("ETCDCTL_USER");
  must(started);
  must(client->range({.key = "r1"}));
  must(other->held_snapshot(endpoint_, {}));
}

TEST(EtcdAuthOff, CredentialsAreNotNeededAndDoNoHarm) {
  ClientOptions options = options_for(shared_cluster(EtcdVersion::v3_5));
  options.user = "somebody";
  options.password = Secret("something");
  must(client_for(options)->put({.key = "auth-off", .value = "x"}));
}

}  // namespace
}  // namespace holdfast::etcd
