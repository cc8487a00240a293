// What a member does by its orders, without them, and after the launcher died; its etcd is a pretended one, its
// directories are real.
#include "launcher/orders/member.h"

#include <chrono>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/staged_facts.h"

#include "base/bytes.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using testing::HasSubstr;

class PretendedEtcd final : public Supervisor {
 public:
  Status start(const EtcdCommand& /*command*/, const std::stop_token& /*stop*/) override {
    if (!running) ++started;
    running = true;
    return {};
  }
  Status stop(Duration /*grace*/, const std::stop_token& /*stop*/) override {
    running = false;
    return {};
  }
  Result<EtcdState> state() override { return EtcdState{.phase = running ? Phase::running : Phase::stopped}; }
  Result<std::string> log_tail(std::size_t /*limit*/) override { return std::string(); }

  bool running = false;
  int started = 0;
};

class MemberUnderOrders : public testing::Test {
 protected:
  MemberUnderOrders() {
    make_data("etcd", "old");
    open();
    EXPECT_TRUE(member->resume({}));
  }

  // As a launcher that begins.
  void open() {
    member.reset();
    auto opened = Member::open({.place = {.data_dir = directory.file("etcd"), .wal_dir = ""},
                                .command = {},
                                .record_file = directory.file("orders.json")},
                               {.files = files, .clock = clock, .supervisor = etcd, .held = {}});
    ASSERT_TRUE(opened) << opened.error().to_string();
    member = std::move(*opened);
  }

  void make_data(const std::string& name, const std::string& content) {
    const std::string snap = directory.file(name) + "/member/snap";
    ASSERT_TRUE(files.make_directories(snap));
    ASSERT_TRUE(os::write_file_atomically(files, snap + "/db", as_bytes(content)));
  }
  void stage(const std::string& id) {
    make_data("etcd.staged-" + id, "new");
    const StagedFacts facts{.id = id,
                            .cluster_id = 1,
                            .member_id = 2,
                            .member_name = "m",
                            .revision = 10,
                            .database_size = 3,
                            .source_sha256 = std::string(64, 'a')};
    ASSERT_TRUE(os::write_file_atomically(files, directory.file("etcd.staged-" + id) + "/staged.json",
                                          as_bytes(encode_staged_facts(facts))));
  }
  std::string data() {
    return std::string(
        as_text(os::read_file(files, directory.file("etcd") + "/member/snap/db", 100).value_or(Bytes())));
  }
  static MemberOrder order(std::int64_t number, Decided decided = Decided::nothing, std::int64_t starts = 0) {
    return {.id = "r-1", .number = number, .decided = decided, .starts = starts};
  }

  os::FileSystem& files = os::real_file_system();
  test::TempDir directory;
  test::FakeClock clock;
  PretendedEtcd etcd;
  std::unique_ptr<Member> member;
};

TEST_F(MemberUnderOrders, RunsWithoutAny) {
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(member->record().starts, 1);
}

TEST_F(MemberUnderOrders, GoesThroughARestoreAndBack) {
  stage("r-1");
  const auto stopped = member->stop_etcd(order(2), {});
  ASSERT_TRUE(stopped);
  EXPECT_FALSE(etcd.running);
  ASSERT_TRUE(member->swap(order(3, Decided::swap, stopped->starts), {}));
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(data(), "new");
  EXPECT_EQ(member->record().intent, Intent::run);
  ASSERT_TRUE(member->stop_etcd(order(4, Decided::way_back), {}));
  ASSERT_TRUE(member->take_back(order(5, Decided::way_back), {}));
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(data(), "old");
}

TEST_F(MemberUnderOrders, ASwapThatIsDoneIsNotDoneAgain) {
  stage("r-1");
  const std::int64_t starts = member->stop_etcd(order(2), {})->starts;
  ASSERT_TRUE(member->swap(order(3, Decided::swap, starts), {}));
  const int started = etcd.started;
  ASSERT_TRUE(member->swap(order(3, Decided::swap, starts), {}));
  EXPECT_EQ(etcd.started, started) << "what serves was stopped once more";
}

TEST_F(MemberUnderOrders, AnEtcdThatWasStartedSinceIsNotSwapped) {
  stage("r-1");
  const std::int64_t starts = member->stop_etcd(order(2), {})->starts;
  ASSERT_TRUE(member->start_etcd(order(3), {}));
  const Status swapped = member->swap(order(4, Decided::swap, starts), {});
  ASSERT_FALSE(swapped);
  EXPECT_EQ(swapped.error().code, Code::exists);
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(data(), "old");
}

TEST_F(MemberUnderOrders, LeftAloneBeforeTheDecisionItRunsAgainAsBefore) {
  ASSERT_TRUE(member->stop_etcd(order(2), {}));
  clock.advance(kAloneAfter - std::chrono::seconds(1));
  EXPECT_EQ(member->look_after({}).value(), false);
  member->heard();
  clock.advance(kAloneAfter - std::chrono::seconds(1));
  EXPECT_EQ(member->look_after({}).value(), false);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(member->look_after({}).value(), true);
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(member->record().starts, 2);
}

TEST_F(MemberUnderOrders, StoppedForTheWayBackItStaysStopped) {
  ASSERT_TRUE(member->stop_etcd(order(2, Decided::way_back), {}));
  clock.advance(2 * kAloneAfter);
  EXPECT_EQ(member->look_after({}).value(), false);
  open();
  ASSERT_TRUE(member->resume({}));
  EXPECT_FALSE(etcd.running);
}

TEST_F(MemberUnderOrders, AHeldOneStaysHeldAfterALaunchersDeathUntilItIsLeftAlone) {
  ASSERT_TRUE(member->stop_etcd(order(2), {}));
  open();
  ASSERT_TRUE(member->resume({}));
  EXPECT_FALSE(etcd.running);
  clock.advance(kAloneAfter);
  EXPECT_EQ(member->look_after({}).value(), true);
  EXPECT_TRUE(etcd.running);
}

TEST_F(MemberUnderOrders, ASwapThatWasBegunGoesForwardAfterADeath) {
  stage("r-1");
  ASSERT_TRUE(member->stop_etcd(order(2), {}));
  OrderRecord begun = member->record();
  begun.intent = Intent::forward;
  ASSERT_TRUE(save_order_record(files, directory.file("orders.json"), begun));
  open();
  ASSERT_TRUE(member->resume({}));
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(data(), "new");
  EXPECT_EQ(member->record().intent, Intent::run);
}

TEST_F(MemberUnderOrders, AWayBackThatWasBegunIsFinishedAfterADeath) {
  stage("r-1");
  const std::int64_t starts = member->stop_etcd(order(2), {})->starts;
  ASSERT_TRUE(member->swap(order(3, Decided::swap, starts), {}));
  OrderRecord begun = member->record();
  begun.intent = Intent::back;
  begun.restore = "r-1";
  ASSERT_TRUE(save_order_record(files, directory.file("orders.json"), begun));
  open();
  ASSERT_TRUE(member->resume({}));
  EXPECT_TRUE(etcd.running);
  EXPECT_EQ(data(), "old");
}

TEST_F(MemberUnderOrders, AnOrderBehindALaterOneIsVoidAlsoAfterADeath) {
  ASSERT_TRUE(member->accept(order(5)));
  open();
  const Status accepted = member->accept(order(4));
  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().code, Code::refused);
  EXPECT_TRUE(member->accept(order(5)));
}

TEST_F(MemberUnderOrders, WhatWasBeforeIsKeptUntilItsTime) {
  stage("r-1");
  const std::int64_t starts = member->stop_etcd(order(2), {})->starts;
  ASSERT_TRUE(member->swap(order(3, Decided::swap, starts), {}));
  MemberOrder forget = order(4, Decided::swap);
  forget.not_before = clock.now() + std::chrono::hours(1);
  EXPECT_THAT(member->forget(forget).error().message, HasSubstr("is kept until"));
  clock.advance(std::chrono::hours(1));
  ASSERT_TRUE(member->forget(forget));
  EXPECT_EQ(files.list(directory.path()).value(), (std::vector<std::string>{"etcd", "orders.json"}));
  EXPECT_EQ(data(), "new");
}

TEST_F(MemberUnderOrders, NothingStartsWhenItCannotBeNoted) {
  ASSERT_TRUE(member->stop_etcd(order(2), {}));
  ASSERT_TRUE(os::remove_tree(files, directory.file("orders.json")));
  ASSERT_TRUE(files.make_directories(directory.file("orders.json") + "/in-the-way"));
  EXPECT_FALSE(member->start_etcd(order(3), {}));
  EXPECT_FALSE(etcd.running);
}

}  // namespace
}  // namespace holdfast::launcher
