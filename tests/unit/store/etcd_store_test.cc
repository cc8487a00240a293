// What the store makes of an etcd in rare moments; the usual ones are in the contract suite, against real servers.
#include "store/etcd/etcd_store.h"

#include <thread>

#include <gtest/gtest.h>

#include "unit/store/scripted_etcd.h"

#include "store/etcd/transaction.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::store {
namespace {

using std::chrono::seconds;

class StoreOnScriptedEtcd : public testing::Test {
 protected:
  void open() {
    auto opened = EtcdStore::open(std::move(client_), {.prefix = "/p/"}, floor_, clock_);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }

  test::TempDir directory_;
  RevisionFloor floor_{os::real_file_system(), directory_.file("floor")};
  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  std::unique_ptr<test::ScriptedEtcd> client_ = std::make_unique<test::ScriptedEtcd>(100);
  test::ScriptedEtcd& etcd_ = *client_;
  std::unique_ptr<EtcdStore> store_;
};

// The second value of a key, but not the first: a compaction was faster than the watch.
TEST_F(StoreOnScriptedEtcd, ExpiresWatchersRatherThanHideWhatWasBefore) {
  etcd_.on_watch = [&](const etcd::WatchRequest& request, const auto& on_batch, const std::stop_token& stop) -> Status {
    if (request.start_revision > 102) return test::ScriptedEtcd::wait_until(stop);
    const etcd::WatchEvent event{.kv = {.key = "/p/k/a", .value = "2", .mod_revision = 103, .version = 2}};
    if (!on_batch({.revision = 103, .events = {event}})) return {};
    return test::ScriptedEtcd::wait_until(stop);
  };
  open();
  Events found;
  for (int i = 0; i < 1000 && !found.expired; ++i) {
    os::real_clock().sleep_for(std::chrono::milliseconds(10), {});
    found = store_->events({.after = 102}, {}, {}).value();
    EXPECT_TRUE(found.events.empty());
  }
  EXPECT_TRUE(found.expired);
}

TEST_F(StoreOnScriptedEtcd, ListsAgainWhenItsRevisionIsCompactedBetweenChunks) {
  int ranges = 0;
  etcd_.on_range = [&](const etcd::RangeRequest& request) -> Result<etcd::RangeResponse> {
    ++ranges;
    if (ranges == 2) return fail(Code::not_found, "required revision has been compacted");
    const bool first = request.revision == 0;
    etcd::RangeResponse answer{.revision = 102 + ranges, .more = first, .count = 2};
    answer.kvs.push_back({.key = first ? "/p/k/a" : "/p/k/b", .value = std::to_string(ranges), .mod_revision = 50});
    return answer;
  };
  open();
  const Page page = store_->list({}).value();
  ASSERT_EQ(page.entries.size(), 2U);
  EXPECT_EQ(page.entries[0].value, "3");
  EXPECT_EQ(page.revision, 105);
}

TEST_F(StoreOnScriptedEtcd, GivesUpOnAHistoryThatDoesNotCome) {
  open();
  std::jthread reader([&] {
    const auto found = store_->events({.after = 50}, seconds(60), {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, Code::timeout);
  });
  clock_.wait_for_sleepers(1);
  clock_.advance(seconds(11));
}

TEST_F(StoreOnScriptedEtcd, IsNotHealthyUnderAnAlarm) {
  etcd_.alarms_ = {{.member_id = 1, .kind = etcd::AlarmKind::no_space}};
  open();
  const auto health = store_->health();
  ASSERT_FALSE(health);
  EXPECT_EQ(health.error().code, Code::no_space);
}

TEST_F(StoreOnScriptedEtcd, RefusesAnOffsetThatIsNoNumber) {
  etcd::TxnRequest request;
  request.success.push_back({.put = {.key = "/p/m/offset", .value = "12x"}});
  ASSERT_TRUE(etcd_.txn(request));
  const auto opened = EtcdStore::open(std::move(client_), {.prefix = "/p/"}, floor_, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::corrupt);
}

TEST_F(StoreOnScriptedEtcd, BeginsAboveTheFloorInAnEtcdThatLostEverything) {
  ASSERT_TRUE(floor_.reserve(5000));
  floor_.note(5000);
  open();
  EXPECT_GT(store_->revision().value(), 5000 + RevisionFloor::kStep);
  EXPECT_TRUE(store_->events({.after = 5000}, {}, {}).value().expired);
}

TEST(EtcdTransaction, NumbersFromBeforeTheOffsetWasRaisedNeverHold) {
  const KeySpace keys("/p/");
  RevisionFloor floor(os::real_file_system(), "unused");
  test::ScriptedEtcd client(1);
  const Numbering numbering(client, floor, keys.own("offset"));
  const Numbering::Offset raised{.number = 1000, .text = "1000"};
  const Transaction transaction{.conditions = {{.key = "a", .modified = 1000},
                                               {.key = "b", .modified = 999},
                                               {.key = "c", .modified = 1001},
                                               {.key = "d", .modified = 0}},
                                .writes = {}};
  std::vector<std::int64_t> numbers;
  for (const etcd::Compare& compare : to_etcd(transaction, keys, numbering, raised).compare)
    numbers.push_back(compare.number);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{-1, -1, 1, 0}));
}

}  // namespace
}  // namespace holdfast::store
