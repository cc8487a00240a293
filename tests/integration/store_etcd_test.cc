// The store on real etcd members that go away, come back, and come back from the past.
#include <atomic>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "os/clock.h"
#include "store/etcd/etcd_store.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::EtcdStore;
using store::Event;
using store::Events;
using store::Outcome;
using store::Revision;

template <class T>
T must(Result<T> result) {
  EXPECT_TRUE(result) << result.error().to_string();
  return result ? std::move(*result) : T{};
}

// A server's view of the store: its own floor and connection.
class Server {
 public:
  explicit Server(const EtcdCluster& cluster) : cluster_(cluster) { open(); }
  void open() {
    store_.reset();
    floor_ = std::make_unique<store::RevisionFloor>(os::real_file_system(), directory_.file("floor"));
    auto client = must(etcd::make_client({.endpoints = cluster_.endpoints(), .request_timeout = seconds(3)}));
    auto opened = EtcdStore::open(std::move(client), {}, *floor_, os::real_clock());
    EXPECT_TRUE(opened) << opened.error().to_string();
    store_ = opened ? std::move(*opened) : nullptr;
  }
  void close() { store_.reset(); }
  EtcdStore& operator*() { return *store_; }
  EtcdStore* operator->() { return store_.get(); }

 private:
  const EtcdCluster& cluster_;
  TempDir directory_;
  std::unique_ptr<store::RevisionFloor> floor_;
  std::unique_ptr<EtcdStore> store_;
};

Revision put(store::Store& store, const std::string& key, const std::string& value) {
  return must(store.commit({.conditions = {}, .writes = {{.key = key, .value = value}}})).revision;
}

// Counts up to `goal` by compare-and-swap, whatever happens to the members.
void count_up(store::Store& store, int goal) {
  for (int tries = 0; tries < 10'000; ++tries) {
    const auto counter = store.get("counter");
    if (!counter && counter.error().code != Code::not_found) {
      EXPECT_TRUE(counter.error().retryable) << counter.error().to_string();
      os::real_clock().sleep_for(milliseconds(20), {});
      continue;
    }
    const int value = counter ? std::stoi(counter->value) : 0;
    if (value >= goal) return;
    const auto outcome = store.commit({.conditions = {{.key = "counter", .modified = counter ? counter->modified : 0}},
                                       .writes = {{.key = "counter", .value = std::to_string(value + 1)}}});
    if (!outcome) {
      EXPECT_TRUE(outcome.error().retryable) << outcome.error().to_string();
    }
  }
  ADD_FAILURE() << "etcd did not come back";
}

void restart_members_while_counting(EtcdCluster& cluster, int members, int goal) {
  Server server(cluster);
  const Revision start = must(server->revision());
  std::atomic<bool> counted = false;
  std::jthread counting([&] {
    count_up(*server, goal);
    counted = true;
  });
  std::jthread breaking([&] {
    for (int i = 0; !counted; ++i) {
      os::real_clock().sleep_for(milliseconds(300), {});
      i % 2 == 0 ? cluster.kill(i % members) : cluster.stop(i % members);
      os::real_clock().sleep_for(milliseconds(200), {});
      EXPECT_TRUE(cluster.start(i % members));
    }
  });
  std::vector<Event> seen;
  Revision after = start;
  for (int empty = 0; static_cast<int>(seen.size()) < goal && empty < 10;) {
    const Events some = must(server->events({.prefix = "counter", .after = after, .limit = 10}, seconds(10), {}));
    ASSERT_FALSE(some.expired);
    seen.insert(seen.end(), some.events.begin(), some.events.end());
    after = some.through;
    if (some.events.empty()) ++empty;
  }
  ASSERT_EQ(static_cast<int>(seen.size()), goal);
  for (int i = 0; i < goal; ++i) {
    EXPECT_EQ(seen[static_cast<std::size_t>(i)].entry->value, std::to_string(i + 1));
    EXPECT_EQ(seen[static_cast<std::size_t>(i)].previous.has_value(), i > 0);
  }
}

TEST(StoreOnEtcd, LosesAndRepeatsNothingWhileItsOnlyMemberRestarts) {
  const auto cluster = must(make_etcd_cluster({}));
  restart_members_while_counting(*cluster, 1, 600);
}

TEST(StoreOnEtcd, LosesAndRepeatsNothingWhileOneMemberOfThreeAfterTheOtherRestarts) {
  const auto cluster = must(make_etcd_cluster({.members = 3}));
  restart_members_while_counting(*cluster, 3, 600);
}

TEST(StoreOnEtcd, SaysThatEtcdIsAwayAndGoesOnWhenItIsBack) {
  const auto cluster = must(make_etcd_cluster({}));
  Server server(*cluster);
  const Revision start = put(*server, "a", "1");
  cluster->kill(0);
  const auto health = server->health();
  ASSERT_FALSE(health);
  EXPECT_TRUE(health.error().retryable);
  EXPECT_FALSE(server->commit({.conditions = {}, .writes = {{.key = "a", .value = "2"}}}));
  EXPECT_TRUE(cluster->start(0));
  EXPECT_TRUE(server->health());
  put(*server, "a", "3");
  EXPECT_EQ(must(server->events({.after = start}, seconds(20), {})).events.at(0).entry->value, "3");
}

TEST(StoreOnEtcd, ServersSeeEachOthersWritesUnderTheSameNumbers) {
  const auto cluster = must(make_etcd_cluster({}));
  Server one(*cluster);
  Server two(*cluster);
  const Revision start = put(*one, "a", "1");
  const Revision second = put(*two, "a", "2");
  for (Server* server : {&one, &two}) {
    const Events events = must((*server)->events({.after = start}, seconds(20), {}));
    ASSERT_EQ(events.events.size(), 1U);
    EXPECT_EQ(events.events[0].revision, second);
    EXPECT_EQ(events.events[0].previous->modified, start);
  }
}

TEST(StoreOnEtcd, LeavesOtherKeysAloneAndUnseen) {
  const auto cluster = must(make_etcd_cluster({}));
  const auto client = must(etcd::make_client({.endpoints = cluster->endpoints()}));
  Server server(*cluster);
  must(client->put({.key = "/holdfast", .value = "theirs"}));
  must(client->put({.key = "/holdfast0", .value = "theirs"}));
  const Revision mine = put(*server, "a", "1");
  EXPECT_EQ(must(server->list({})).entries.size(), 1U);
  const Revision theirs = must(client->put({.key = "/other", .value = "theirs"}));
  EXPECT_EQ(must(server->revision()), theirs);
  const Events none = must(server->events({.after = theirs}, milliseconds(100), {}));
  EXPECT_FALSE(none.expired);
  EXPECT_TRUE(none.events.empty());
  EXPECT_EQ(must(server->events({.after = mine - 1}, seconds(20), {})).events.size(), 1U);
}

TEST(StoreOnEtcd, NoticesWhenSomebodyElseCompacts) {
  const auto cluster = must(make_etcd_cluster({}));
  const auto client = must(etcd::make_client({.endpoints = cluster->endpoints()}));
  Server server(*cluster);
  const Revision one = put(*server, "a", "1");
  const Revision two = put(*server, "a", "2");
  put(*server, "a", "3");
  must(client->compact(two, true));
  server.open();
  EXPECT_EQ(must(server->health()).oldest_event, two);
  EXPECT_TRUE(must(server->events({.after = one}, seconds(5), {})).expired);
  EXPECT_EQ(must(server->events({.after = two}, seconds(20), {})).events.at(0).previous->value, "2");
}

// A member whose directory is put back as it was: etcd counts on from an older number.
class PutBack : public testing::Test {
 protected:
  void copy_state() {
    cluster_->stop(0);
    run("cp -a " + cluster_->data_dir(0) + " " + directory_.file("copy"));
    ASSERT_TRUE(cluster_->start(0));
  }
  void put_state_back() {
    cluster_->stop(0);
    run("rm -rf " + cluster_->data_dir(0) + " && cp -a " + directory_.file("copy") + " " + cluster_->data_dir(0));
    ASSERT_TRUE(cluster_->start(0));
  }
  static void run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0) << command; }

  TempDir directory_;
  std::unique_ptr<EtcdCluster> cluster_ = must(make_etcd_cluster({}));
};

TEST_F(PutBack, JumpsAheadWhenTheServerStartsAfterwards) {
  Server server(*cluster_);
  const Revision kept = put(*server, "a", "kept");
  server.close();
  copy_state();
  server.open();
  Revision lost = 0;
  for (int i = 0; i < 20; ++i)
    lost = put(*server, "a", "lost");
  server.close();
  put_state_back();

  server.open();

  EXPECT_EQ(must(server->get("a")).value, "kept");
  EXPECT_GT(must(server->get("a")).modified, lost);
  EXPECT_GT(must(server->revision()), lost);
  EXPECT_TRUE(must(server->events({.after = lost}, seconds(5), {})).expired);
  EXPECT_TRUE(must(server->events({.after = kept}, seconds(5), {})).expired);
  EXPECT_FALSE(server->list({.revision = kept}));
  const Outcome stale =
      must(server->commit({.conditions = {{.key = "a", .modified = kept}}, .writes = {{.key = "a", .value = "no"}}}));
  EXPECT_FALSE(stale.committed);
  const store::Page page = must(server->list({}));
  put(*server, "a", "new");
  EXPECT_EQ(must(server->events({.after = page.revision}, seconds(20), {})).events.at(0).previous->value, "kept");
  EXPECT_FALSE(must(server->events({.after = must(server->health()).oldest_event}, {}, {})).expired);
}

TEST_F(PutBack, JumpsAheadUnderRunningServersAndAllOfThemAgree) {
  Server one(*cluster_);
  Server two(*cluster_);
  put(*one, "a", "kept");
  copy_state();
  Revision lost = 0;
  for (int i = 0; i < 20; ++i)
    lost = put(*one, "a", "lost");
  put_state_back();

  for (Server* server : {&one, &two}) {
    Events events;
    for (int i = 0; i < 50 && !events.expired; ++i)
      events = must((*server)->events({.after = lost}, milliseconds(200), {}));
    EXPECT_TRUE(events.expired);
    EXPECT_GT(must((*server)->revision()), lost);
  }
  const Revision now = put(*one, "a", "new");
  EXPECT_EQ(must(two->get("a")).modified, now);
  const Outcome next =
      must(two->commit({.conditions = {{.key = "a", .modified = now}}, .writes = {{.key = "a", .value = "newer"}}}));
  EXPECT_TRUE(next.committed);
  EXPECT_GT(next.revision, now);
}

}  // namespace
}  // namespace holdfast::test
