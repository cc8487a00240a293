// Leases against real servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class EtcdLease : public EtcdVersions {};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdLease, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdLease, IsGrantedListedAndRevokedWithItsKeys) {
  const Lease lease = must(client_->lease_grant(600));
  must(client_->put({.key = key("a"), .value = "x", .lease = lease.id}));
  EXPECT_THAT(must(client_->leases()), Contains(lease.id));

  must(client_->lease_revoke(lease.id));

  EXPECT_THAT(must(client_->leases()), Not(Contains(lease.id)));
  EXPECT_EQ(must(client_->range({.key = key("a")})).count, 0);
}

TEST_P(EtcdLease, TellsItsTimeAndKeys) {
  const Lease lease = must(client_->lease_grant(600));
  must(client_->put({.key = key("a"), .value = "x", .lease = lease.id}));
  const Lease known = must(client_->lease_time_to_live(lease.id, true));
  EXPECT_EQ(known.id, lease.id);
  EXPECT_EQ(known.granted_ttl, 600);
  EXPECT_GT(known.ttl, 500);
  EXPECT_THAT(known.keys, ElementsAre(key("a")));
  EXPECT_TRUE(must(client_->lease_time_to_live(lease.id, false)).keys.empty());
}

TEST_P(EtcdLease, TakesTheIdItIsGivenOnce) {
  const std::int64_t id = GetParam() == EtcdVersion::v3_4 ? 4711 : 4712;
  EXPECT_EQ(must(client_->lease_grant(600, id)).id, id);
  const auto again = client_->lease_grant(600, id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::exists);
}

TEST_P(EtcdLease, IsKeptAlive) {
  const Lease lease = must(client_->lease_grant(600));
  EXPECT_EQ(must(client_->lease_keep_alive_once(lease.id)), 600);
}

TEST_P(EtcdLease, ThatDoesNotExistIsNotFound) {
  EXPECT_EQ(client_->lease_keep_alive_once(987654321).error().code, Code::not_found);
  EXPECT_EQ(client_->lease_time_to_live(987654321, false).error().code, Code::not_found);
  EXPECT_EQ(client_->lease_revoke(987654321).error().code, Code::not_found);
}

}  // namespace
}  // namespace holdfast::etcd
