// The listing of a snapshot is what that etcd's Range shows at its revision, and the difference names exactly what was
// changed since: against real servers.
#include <map>

#include <gmock/gmock.h>

#include "unit/snapshot/keys/keys_support.h"

#include "repository/difference/cluster_difference.h"
#include "repository/difference/list_stream.h"
#include "repository/difference/live_keys.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::repository {
namespace {

using namespace holdfast::test;
using snapshot::History;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DifferenceOfEtcd : public testing::TestWithParam<EtcdVersion> {
 protected:
  void SetUp() override {
    auto cluster = make_etcd_cluster({.version = GetParam()});
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    cluster_ = std::move(*cluster);
    auto client = etcd::make_client({.endpoints = cluster_->endpoints()});
    ASSERT_TRUE(client) << client.error().to_string();
    client_ = std::move(*client);
  }

  void put(const std::string& key, const std::string& value, std::int64_t lease = 0) {
    ASSERT_TRUE(client_->put({.key = key, .value = value, .lease = lease}));
  }
  void remove(const std::string& key) { ASSERT_TRUE(client_->remove({.key = key})); }

  snapshot::KeyListing snapshot_now() {
    auto stream = client_->snapshot(cluster_->endpoints()[0], {});
    EXPECT_TRUE(stream) << stream.error().to_string();
    auto listing =
        list_keys(**stream, os::real_file_system(), {.spool_directory = directory_.path(), .digest_seed = kSeed}, {});
    EXPECT_TRUE(listing) << listing.error().to_string();
    return std::move(*listing);
  }

  std::vector<snapshot::KeyState> range_now(std::int64_t page) {
    const auto keys = LiveKeys::open(*client_, {.with_values = true, .digest_seed = kSeed, .page = page});
    EXPECT_TRUE(keys) << keys.error().to_string();
    auto all = read_all_keys(**keys);
    EXPECT_TRUE(all) << all.error().to_string();
    return std::move(*all);
  }

  void write_history() {
    const auto lease = client_->lease_grant(600);
    ASSERT_TRUE(lease);
    for (int i = 0; i < 400; ++i) {
      const std::string key = fmt::format("/registry/configmaps/default/c-{}", i * 7 % 150);
      // Up to several pages each.
      put(key, std::string(static_cast<std::size_t>(i * 131 % 20000), 'v'), i % 3 == 0 ? lease->id : 0);
      if (i % 9 == 8) remove(fmt::format("/registry/configmaps/default/c-{}", i * 5 % 150));
    }
    ASSERT_TRUE(client_->txn(
        {.success = {{.put = {.key = "/txn/a", .value = "1"}}, {.put = {.key = "/txn/b", .value = "2"}}}}));
    put("binary\xff\x01key", std::string("\0\xff", 2));
    put("large", std::string(1'000'000, 'L'));
  }

  std::unique_ptr<EtcdCluster> cluster_;
  std::unique_ptr<etcd::Client> client_;
  TempDir directory_;
};

TEST_P(DifferenceOfEtcd, ListingIsWhatRangeShows) {
  EXPECT_TRUE(keys_of(snapshot_now()).value().empty());
  write_history();
  for (const bool compacted : {false, true}) {
    const auto listing = snapshot_now();
    const auto live = range_now(37);
    EXPECT_EQ(texts_of(keys_of(listing).value()), texts_of(live));
    const auto head = client_->range({.key = "x"});
    ASSERT_TRUE(head);
    EXPECT_EQ(listing.revision(), head->revision);
    EXPECT_EQ(listing.leases(), client_->leases().value());
    ASSERT_EQ(listing.members().size(), 1U);
    EXPECT_EQ(listing.members()[0].id, client_->member_list()->members[0].id);
    EXPECT_EQ(listing.members()[0].name, client_->member_list()->members[0].name);
    if (compacted) break;
    remove("/txn/a");  // the newest record is a tombstone, which the compaction may take away
    ASSERT_TRUE(client_->compact(head->revision + 1, true));
  }
}

TEST_P(DifferenceOfEtcd, NamesExactlyWhatWasChanged) {
  for (int i = 0; i < 30; ++i)
    put(fmt::format("/registry/pods/shop/web-{}", i), "v");
  put("/registry/minions/worker-1", "v");
  put("/registry/deployments/shop/cart", "v");
  put("/app/config/port", "80");
  const auto backup = snapshot_now();

  put("/registry/pods/shop/new-1", "v");
  put("/registry/pods/test/new-2", "v");
  put("/registry/deployments/shop/cart", "w");
  remove("/registry/minions/worker-1");
  remove("/registry/pods/shop/web-3");
  put("/registry/pods/shop/web-3", "v");  // another pod of the same name
  put("/app/config/port", "8080");
  put("/app/config/host", "x");
  const auto lease = client_->lease_grant(600);
  ASSERT_TRUE(lease);
  ASSERT_TRUE(client_->compact(backup.revision() + 2, true));

  const auto difference = compare_with_cluster(backup, *client_, {.digest_seed = kSeed});
  ASSERT_TRUE(difference) << difference.error().to_string();
  EXPECT_FALSE(difference->with_values) << "the members say that it is the same cluster";
  EXPECT_EQ(difference->keys.history, History::same);
  EXPECT_EQ(difference->present_revision - difference->backup_revision, 8);
  EXPECT_EQ(difference->keys.counts.vanishing, 3U);
  EXPECT_EQ(difference->keys.counts.returning, 1U);
  EXPECT_EQ(difference->keys.counts.reverting, 3U);
  EXPECT_EQ(difference->keys.unchanged, 29U);
  EXPECT_EQ(difference->leases.vanishing, 1U);
  EXPECT_THAT(difference->members.joined, IsEmpty());
  EXPECT_THAT(difference->members.left, IsEmpty());
  std::map<std::string, snapshot::ObjectChanges> kinds;
  for (const snapshot::ObjectChanges& kind : difference->keys.objects)
    kinds[kind.resource] = kind;
  ASSERT_EQ(kinds.size(), 3U);
  EXPECT_THAT(kinds["pods"].vanishing.first, ElementsAre("shop/new-1", "test/new-2"));
  EXPECT_THAT(kinds["pods"].reverting.first, ElementsAre("shop/web-3"));
  EXPECT_THAT(kinds["deployments.apps"].reverting.first, ElementsAre("shop/cart"));
  EXPECT_THAT(kinds["nodes"].returning.first, ElementsAre("worker-1"));
  ASSERT_EQ(difference->keys.prefixes.largest.size(), 2U);
  EXPECT_EQ(difference->keys.prefixes.largest[1].name, "/app/config/");

  // By value the pod of the same name is the same.
  const auto by_value =
      compare_with_cluster(backup, *client_, {.digest_seed = kSeed, .read_values = ReadValues::always, .page = 5});
  ASSERT_TRUE(by_value) << by_value.error().to_string();
  EXPECT_EQ(by_value->keys.counts.reverting, 2U);
  EXPECT_EQ(by_value->keys.unchanged, 30U);
  EXPECT_EQ(by_value->keys.history, History::same);
}

// Compacts away the revision that is being listed, between two pages.
TEST_P(DifferenceOfEtcd, ListingAnewAfterACompaction) {
  for (int i = 0; i < 20; ++i)
    put(fmt::format("k{:02}", i), "v");
  const auto keys = LiveKeys::open(*client_, {.digest_seed = kSeed, .page = 5});
  ASSERT_TRUE(keys);
  put("k00", "w");
  ASSERT_TRUE(client_->compact((*keys)->revision() + 1, true));
  const auto all = read_all_keys(**keys);
  ASSERT_FALSE(all);
  EXPECT_TRUE((*keys)->was_compacted());
}

INSTANTIATE_TEST_SUITE_P(Servers, DifferenceOfEtcd, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& instance) { return instance.param == EtcdVersion::v3_4 ? "v3_4" : "v3_5"; });

}  // namespace
}  // namespace holdfast::repository
