// One member goes through a restore by orders, as the server gives them, and back; a real etcd says what it holds.
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/launcher_places.h"
#include "launcher/member/member_disk.h"
#include "launcher/orders/order_handlers.h"
#include "launcher/orders/serving.h"
#include "launcher/supervise/child/child_supervisor.h"

#include "base/stream.h"
#include "etcd/client.h"

namespace holdfast::test {
namespace {

using launcher::MemberOrders;
using testing::HasSubstr;

constexpr std::int64_t kBump = 1'000'000'000;

std::string flag_of(const launcher::EtcdCommand& command, const std::string& name) {
  for (const std::string& each : command.arguments) {
    if (each.starts_with(name + "=")) return each.substr(name.size() + 1);
  }
  return "";
}

class Quiet final : public launcher::OrderReporter {
 public:
  void tell(launcher::OrderProgress /*progress*/) override {}
};

class OrderedMember : public testing::TestWithParam<EtcdVersion> {
 protected:
  void SetUp() override {
    client_url_ = flag_of(etcd_.command(), "--listen-client-urls");
    client_ = etcd::make_client({.endpoints = {client_url_}}).value();
    supervisor_ =
        launcher::supervise_child({.data_dir = etcd_.data_dir()}, {files_, clock_, os::real_detached_processes()})
            .value();
    member_ = launcher::Member::open(
                  {.place = place_, .command = etcd_.command(), .record_file = etcd_.directory().file("orders.json")},
                  {files_, clock_, *supervisor_, launcher::held_by_lock(files_)})
                  .value();
    const Status resumed = member_->resume({});
    ASSERT_TRUE(resumed) << resumed.error().to_string();
    ASSERT_TRUE(wait(0));
  }

  Result<launcher::ServingFacts> wait(std::int64_t revision) {
    return launcher::wait_until_it_serves(*client_, client_url_, revision, clock_, {});
  }

  void put(const std::string& key, const std::string& value) {
    ASSERT_TRUE(client_->put({.key = key, .value = value}));
  }
  std::string get(const std::string& key) {
    const auto found = client_->range({.key = key});
    if (!found) return "error: " + found.error().to_string();
    return found->kvs.empty() ? "" : found->kvs.front().value;
  }
  std::int64_t head() { return client_->status(client_url_)->revision; }

  Result<json::Object> order(const std::string& type, json::Object details) {
    details["id"] = "r-1";
    details["number"] = ++number_;
    launcher::OrderWorld world{
        .member = *member_,
        .files = files_,
        .random = os::real_random(),
        .place = place_,
        .member_name = "m0",
        .etcd_version = "",
        .open_backup = [this](const launcher::Order&, const std::stop_token&) -> Result<std::unique_ptr<ByteSource>> {
          return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(snapshot_));
        },
        .wait_until_it_serves = [this](std::int64_t revision, const std::stop_token&) { return wait(revision); }};
    const MemberOrders orders(world);
    const json::Value operation = json::Object{
        {"metadata", {{"uid", "u"}, {"name", "o"}, {"namespace", "cluster-prod"}}},
        {"spec", {{"type", type}, {"launcher", "m0"}, {"restore", "again"}, {"order", std::move(details)}}}};
    const auto read = launcher::read_order(operation, "m0");
    Quiet reporter;
    return orders.handlers().at(type)->carry_out(read->order, reporter, {});
  }

  json::Object staging(std::int64_t backup_revision) const {
    return {{"backupRevision", backup_revision},
            {"targetRevision", backup_revision + kBump},
            {"initialCluster", "m0=" + flag_of(etcd_.command(), "--initial-advertise-peer-urls")},
            {"clusterToken", "again"}};
  }

  void save() {
    const auto stream = client_->snapshot(client_url_, {});
    ASSERT_TRUE(stream);
    MemorySink sink(64 * kMiB);
    ASSERT_TRUE(copy_all(**stream, sink));
    snapshot_ = sink.bytes();
  }

  os::FileSystem& files_ = os::real_file_system();
  os::Clock& clock_ = os::real_clock();
  MemberForTest etcd_{GetParam()};
  const launcher::Place place_{.data_dir = etcd_.data_dir(), .wal_dir = ""};
  std::string client_url_;
  std::unique_ptr<etcd::Client> client_;
  std::unique_ptr<launcher::Supervisor> supervisor_;
  std::unique_ptr<launcher::Member> member_;
  Bytes snapshot_;
  std::int64_t number_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Versions, OrderedMember, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& one) { return one.param == EtcdVersion::v3_4 ? "v3_4" : "v3_5"; });

TEST_P(OrderedMember, ServesTheBackupAndAfterTheWayBackWhatItServedBefore) {
  put("/a", "of the backup");
  save();
  const std::int64_t saved_at = head();
  put("/a", "of today");
  const auto before = wait(0);
  ASSERT_TRUE(before);

  const auto staged = order("Stage", staging(saved_at));
  ASSERT_TRUE(staged) << staged.error().to_string();
  EXPECT_EQ(staged->at("revision"), json::Value(saved_at + kBump));
  EXPECT_EQ(get("/a"), "of today") << "staging has changed what serves";

  const auto stopped = order("StopMember", {});
  ASSERT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_EQ(stopped->at("revision"), json::Value(saved_at + 1));
  EXPECT_FALSE(etcd_.serves());

  const auto swapped = order("SwapMember", {{"decision", "Swap"}, {"starts", stopped->at("starts")}});
  ASSERT_TRUE(swapped) << swapped.error().to_string();
  const auto started = order("StartMember", {{"decision", "Swap"}, {"targetRevision", staged->at("revision")}});
  ASSERT_TRUE(started) << started.error().to_string();
  EXPECT_EQ(started->at("clusterID"), staged->at("clusterID"));
  EXPECT_EQ(started->at("hash"), staged->at("hash"));
  EXPECT_EQ(get("/a"), "of the backup");

  ASSERT_TRUE(order("StopMember", {{"decision", "Return"}}));
  const auto returned = order("ReturnMember", {{"decision", "Return"}});
  ASSERT_TRUE(returned) << returned.error().to_string();
  ASSERT_TRUE(wait(0));
  EXPECT_EQ(get("/a"), "of today");
  EXPECT_EQ(wait(0)->cluster_id, before->cluster_id);
}

TEST_P(OrderedMember, WhatCannotBeRestoredLeavesItServing) {
  put("/a", "of today");
  save();
  snapshot_[snapshot_.size() / 2] ^= 1;

  const auto staged = order("Stage", staging(head()));

  ASSERT_FALSE(staged);
  EXPECT_EQ(staged.error().code, Code::corrupt) << staged.error().to_string();
  EXPECT_EQ(get("/a"), "of today");
  const Status swapped = [&]() -> Status {
    HF_ASSIGN(const json::Object stopped, order("StopMember", {}));
    HF_TRY(order("SwapMember", {{"decision", "Swap"}, {"starts", stopped.at("starts")}}));
    return {};
  }();
  ASSERT_FALSE(swapped) << "nothing was staged";
  const auto started = order("StartMember", {});
  ASSERT_TRUE(started) << started.error().to_string();
  EXPECT_EQ(get("/a"), "of today");
}

TEST_P(OrderedMember, AnOrderThatCannotBeUnderstoodTouchesNothing) {
  const auto refused = order("SwapMember", {{"decision", "Perhaps"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("spec.order.decision"));
  EXPECT_TRUE(etcd_.serves());
}

}  // namespace
}  // namespace holdfast::test
