// What a restore would take back of a cluster, against an etcd in memory: pages, compactions meanwhile, other
// histories, no leader.
#include "repository/difference/cluster_difference.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "unit/snapshot/keys/keys_support.h"

#include "repository/difference/list_stream.h"
#include "repository/difference/live_keys.h"
#include "support/fake_etcd.h"
#include "support/temp_dir.h"

namespace holdfast::repository {
namespace {

using namespace holdfast::test;
using snapshot::History;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Answers Range and leases from a map.
class KeysInMemory final : public etcd::Client {
 public:
  KeysInMemory() { etcd_.add_member("http://m1:2379"); }

  void put(const std::string& key, const std::string& value) {
    etcd::KeyValue& kv = keys_[key];
    ++revision_;
    if (kv.version == 0) kv.create_revision = revision_;
    kv.key = key;
    kv.value = value;
    kv.mod_revision = revision_;
    ++kv.version;
  }
  void remove(const std::string& key) {
    keys_.erase(key);
    ++revision_;
  }

  Result<etcd::RangeResponse> range(const etcd::RangeRequest& request) override {
    requests.push_back(request);
    if (no_leader && !request.serializable) return fail(Code::timeout, "no leader");
    if (request.revision != 0 && compactions > 0) {
      --compactions;
      return fail(Code::not_found, "mvcc: required revision has been compacted");
    }
    etcd::RangeResponse response{.revision = revision_};
    for (auto at = keys_.lower_bound(request.key); at != keys_.end(); ++at) {
      if (static_cast<std::int64_t>(response.kvs.size()) == request.limit) {
        response.more = true;
        break;
      }
      response.kvs.push_back(at->second);
      if (request.keys_only) response.kvs.back().value.clear();
    }
    return response;
  }
  Result<std::vector<std::int64_t>> leases() override {
    if (no_leader) return fail(Code::timeout, "no leader");
    return std::vector<std::int64_t>{9, 5};
  }
  Result<etcd::MemberList> member_list() override {
    if (no_leader) return fail(Code::timeout, "no leader");
    return etcd_.member_list();
  }

  // Nothing below is asked for.
  const std::vector<std::string>& endpoints() const override { return etcd_.endpoints(); }
  Result<etcd::MemberStatus> status(const std::string& endpoint) override { return etcd_.status(endpoint); }
  Result<std::vector<etcd::Alarm>> alarms() override { return etcd_.alarms(); }
  Result<etcd::HashKv> hash_kv(const std::string& endpoint, std::int64_t revision) override {
    return etcd_.hash_kv(endpoint, revision);
  }
  Result<std::unique_ptr<etcd::SnapshotStream>> snapshot(const std::string& endpoint,
                                                         const std::stop_token& stop) override {
    return etcd_.snapshot(endpoint, stop);
  }
  Result<std::int64_t> put(const etcd::PutRequest& request) override { return etcd_.put(request); }
  Result<std::int64_t> remove(const etcd::DeleteRequest& request) override { return etcd_.remove(request); }
  Result<etcd::TxnResponse> txn(const etcd::TxnRequest& request) override { return etcd_.txn(request); }
  Result<std::int64_t> compact(std::int64_t revision, bool physical) override {
    return etcd_.compact(revision, physical);
  }
  Result<etcd::Lease> lease_grant(std::int64_t ttl, std::int64_t id) override { return etcd_.lease_grant(ttl, id); }
  Status lease_revoke(std::int64_t id) override { return etcd_.lease_revoke(id); }
  Result<etcd::Lease> lease_time_to_live(std::int64_t id, bool keys) override {
    return etcd_.lease_time_to_live(id, keys);
  }
  Result<std::int64_t> lease_keep_alive_once(std::int64_t id) override { return etcd_.lease_keep_alive_once(id); }
  Status watch(const etcd::WatchRequest& request, const std::function<bool(const etcd::WatchBatch&)>& on_batch,
               const std::stop_token& stop) override {
    return etcd_.watch(request, on_batch, stop);
  }

  std::vector<etcd::RangeRequest> requests;
  int compactions = 0;  // requests at a revision that find it compacted
  bool no_leader = false;

 private:
  FakeEtcd etcd_;
  std::map<std::string, etcd::KeyValue> keys_;
  std::int64_t revision_ = 1;
};

class ClusterDifferenceTest : public ::testing::Test {
 protected:
  // The same change in both.
  void put(const std::string& key, const std::string& value) {
    model_.put(key, value);
    live_.put(key, value);
  }
  snapshot::KeyListing backup() {
    auto listing =
        list_bytes(with_trailer(write_bolt(model_.database.buckets()).bytes), os::real_file_system(), list_options());
    EXPECT_TRUE(listing) << listing.error().to_string();
    return std::move(*listing);
  }
  snapshot::ListOptions list_options() const { return {.spool_directory = directory_.path(), .digest_seed = kSeed}; }
  DifferenceOptions options(std::optional<std::uint64_t> cluster = 0xc1) const {
    return {.digest_seed = kSeed, .backup_cluster_id = cluster, .page = 7};
  }
  ClusterDifference compare(const DifferenceOptions& options) {
    auto difference = compare_with_cluster(backup(), live_, options);
    EXPECT_TRUE(difference) << difference.error().to_string();
    return difference ? std::move(*difference) : ClusterDifference{};
  }
  bool values_were_asked_for() const {
    return std::ranges::any_of(live_.requests, [](const etcd::RangeRequest& request) { return !request.keys_only; });
  }

  TempDir directory_;
  ModelledKeys model_;
  KeysInMemory live_;
};

TEST_F(ClusterDifferenceTest, same_history_is_compared_without_values_page_by_page) {
  for (int i = 0; i < 40; ++i)
    put(fmt::format("k{:02}", i), "v");
  const std::int64_t before = model_.database.revision();
  live_.put("k10", "changed");
  live_.put("new", "v");
  live_.remove("k20");
  const ClusterDifference difference = compare(options());
  EXPECT_EQ(difference.keys.history, History::same);
  EXPECT_EQ(difference.keys.counts.vanishing, 1U);
  EXPECT_EQ(difference.keys.counts.returning, 1U);
  EXPECT_EQ(difference.keys.counts.reverting, 1U);
  EXPECT_EQ(difference.keys.unchanged, 38U);
  EXPECT_EQ(difference.backup_revision, before);
  EXPECT_EQ(difference.present_revision, before + 3);
  EXPECT_EQ(difference.leases.vanishing, 2U);
  EXPECT_FALSE(difference.with_values);
  EXPECT_FALSE(values_were_asked_for());
  EXPECT_THAT(live_.requests, SizeIs(6));
  for (std::size_t i = 1; i < live_.requests.size(); ++i)
    EXPECT_EQ(live_.requests[i].revision, before + 3);
  EXPECT_THAT(difference.warnings, IsEmpty());
}

TEST_F(ClusterDifferenceTest, a_cluster_that_is_not_known_to_be_the_same_is_compared_by_value) {
  put("a", "v");
  put("b", "v");
  live_.put("b", "v");  // written, but not changed
  const ClusterDifference difference = compare(options(0xdead));
  EXPECT_TRUE(difference.with_values);
  EXPECT_EQ(difference.keys.counts.total(), 0U);
  EXPECT_EQ(difference.keys.unchanged, 2U);
}

TEST_F(ClusterDifferenceTest, another_history_is_compared_again_by_value) {
  put("a", "v");
  model_.put("b", "in the backup");
  live_.put("c", "elsewhere");
  live_.put("b", "in the cluster");
  const ClusterDifference difference = compare(options());
  EXPECT_EQ(difference.keys.history, History::other);
  EXPECT_TRUE(difference.with_values);
  EXPECT_EQ(difference.keys.counts.reverting, 1U);
  EXPECT_EQ(difference.keys.counts.vanishing, 1U);
}

TEST_F(ClusterDifferenceTest, values_are_not_read_against_orders) {
  put("a", "v");
  live_.put("a", "w");
  DifferenceOptions never = options(0xdead);
  never.read_values = ReadValues::never;
  EXPECT_EQ(compare(never).keys.counts.reverting, 1U);
  EXPECT_FALSE(values_were_asked_for());
}

TEST_F(ClusterDifferenceTest, begins_anew_when_the_revision_is_compacted) {
  for (int i = 0; i < 20; ++i)
    put(fmt::format("k{:02}", i), "v");
  live_.compactions = 3;
  EXPECT_EQ(compare(options()).keys.unchanged, 20U);
  live_.compactions = 4;
  const auto given_up = compare_with_cluster(backup(), live_, options());
  ASSERT_FALSE(given_up);
  EXPECT_EQ(given_up.error().code, Code::not_found);
  EXPECT_THAT(given_up.error().to_string(), HasSubstr("list the keys at revision"));
}

TEST_F(ClusterDifferenceTest, without_a_leader_one_member_is_believed_with_a_warning) {
  put("a", "v");
  live_.no_leader = true;
  const ClusterDifference difference = compare(options());
  EXPECT_EQ(difference.keys.unchanged, 1U);
  EXPECT_THAT(difference.warnings, SizeIs(3));
  EXPECT_THAT(difference.warnings, ::testing::Contains(HasSubstr("no leader: this is what one member has")));
}

TEST_F(ClusterDifferenceTest, two_snapshots) {
  put("a", "v");
  put("b", "v");
  const auto before = backup();
  model_.put("b", "w");
  model_.put("c", "v");
  const auto difference = compare_snapshots(before, backup(), {});
  ASSERT_TRUE(difference) << difference.error().to_string();
  EXPECT_EQ(difference->keys.history, History::same);
  EXPECT_EQ(difference->keys.counts.reverting, 1U);
  EXPECT_EQ(difference->keys.counts.vanishing, 1U);
  EXPECT_EQ(difference->present_revision - difference->backup_revision, 2);
}

TEST_F(ClusterDifferenceTest, a_stream_lists_as_a_file_does) {
  for (int i = 0; i < 500; ++i)
    put(fmt::format("k{:03}", i), std::string(static_cast<std::size_t>(i), 'v'));
  const Bytes bytes = with_trailer(write_bolt(model_.database.buckets()).bytes);
  MemorySource source(bytes);
  std::uint64_t done = 0;
  const auto listing =
      list_keys(source, os::real_file_system(), list_options(), [&](std::uint64_t count) { done = count; });
  ASSERT_TRUE(listing) << listing.error().to_string();
  EXPECT_EQ(texts_of(keys_of(*listing).value()), texts_of(model_.keys()));
  EXPECT_EQ(done, bytes.size());

  Bytes damaged = bytes;
  damaged.back() ^= 1;
  MemorySource other(damaged);
  const auto refused = list_keys(other, os::real_file_system(), list_options(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::repository
