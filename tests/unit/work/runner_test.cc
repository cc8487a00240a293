#include "work/runner.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/reconcile/objects.h"
#include "support/control_plane.h"
#include "support/etcd_model.h"
#include "support/fake_clock.h"
#include "support/fake_etcd.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::ControlPlane;
using test::text_of;

constexpr const char* kSpace = "cluster-prod";

// A fake etcd with a small database; how many backups of it run at once is counted.
class CountedEtcds {
 public:
  Result<std::unique_ptr<etcd::Client>> connect(const etcd::ClientOptions&) {
    ++connected_;
    if (away_) return fail(Code::unavailable, "nobody answers");
    auto fake = std::make_unique<test::FakeEtcd>();
    fake->add_member("m1");
    test::EtcdModel model;
    for (int i = 0; i < 30; ++i)
      model.put(fmt::format("/k/{}", i), std::string(200, 'v'));
    fake->serve_database(test::write_bolt(model.buckets(), {}).bytes);
    for (test::SnapshotFault& fault : faults_)
      fake->plan("m1", fault);
    return fake;
  }
  std::atomic<bool> away_{false};
  std::atomic<int> connected_{0};
  std::vector<test::SnapshotFault> faults_;
};

class RunnerTest : public testing::Test {
 protected:
  test::ControlPlaneOptions options() {
    return {.directory = dir_.path(),
            .clock = &clock_,
            .decides = false,
            .lease_ttl = minutes(30),
            .connect = [this](const etcd::ClientOptions& client) { return etcds_.connect(client); }};
  }

  void make_world(ControlPlane& plane) {
    plane.make_seed(backups_.path());
    plane.make_cluster("prod", {"http://127.0.0.1:2379"});
    plane.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
  }

  // And lets the second pass in which it was asked for.
  void ask(ControlPlane& plane, std::string_view name) {
    create(plane, name);
    clock_.advance(seconds(1));
  }

  static void create(ControlPlane& plane, std::string_view name) {
    plane.create("operation", kSpace,
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"{}"}},
                     "spec":{{"type":"Backup","cluster":"prod","destination":"disk"}}}})",
                             name));
  }

  static std::string phase(ControlPlane& plane, std::string_view name) {
    return text_of(plane.get("operation", kSpace, name), {"status", "phase"});
  }

  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  test::TempDir dir_;
  test::TempDir backups_;
  CountedEtcds etcds_;
};

TEST_F(RunnerTest, CarriesOutWhatWasAskedForBeforeAndAfterItsStart) {
  {
    auto before = options();
    before.works = false;
    ControlPlane plane(before);
    make_world(plane);
    ask(plane, "first");
  }
  ControlPlane plane(options());
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "first") == "Completed"; }));
  ask(plane, "second");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "second") == "Completed"; }));
  EXPECT_EQ(plane.list("backup", kSpace).size(), 2U);
}

// What changed in the etcd before the question is in the backup, also when another one was made in the same second.
TEST_F(RunnerTest, NoBackupIsOlderThanTheSecondInWhichItWasAskedFor) {
  ControlPlane plane(options());
  make_world(plane);
  const WallTime asked = clock_.now();
  create(plane, "first");
  clock_.advance(std::chrono::milliseconds(400));
  create(plane, "second");
  clock_.advance(std::chrono::milliseconds(700));

  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return phase(plane, "first") == "Completed" && phase(plane, "second") == "Completed"; }));

  for (const json::Value& each : plane.list("backup", kSpace))
    EXPECT_GE(text_of(each, {"status", "takenTime"}), format_time(asked + seconds(1)));
}

TEST_F(RunnerTest, TriesAgainAfterAPauseAndSucceeds) {
  ControlPlane plane(options());
  make_world(plane);
  etcds_.away_ = true;
  ask(plane, "op");
  ASSERT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "op") == "Pending"; }));
  EXPECT_EQ(text_of(plane.get("operation", kSpace, "op"), {"status", "message"}), "nobody answers");
  etcds_.away_ = false;
  clock_.advance(seconds(5));
  EXPECT_EQ(phase(plane, "op"), "Pending") << "its time has not come";
  clock_.advance(seconds(6));
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "op") == "Completed"; }));
  EXPECT_EQ(control::number_at(plane.get("operation", kSpace, "op"), {"status", "attempt"}), 2);
}

TEST_F(RunnerTest, AnAttemptPlannedByAClockThatWasAheadIsMadeWhenThatIsPutRight) {
  const WallTime right = clock_.now();
  clock_.set_wall_time(right + std::chrono::hours(30 * 24));
  ControlPlane plane(options());
  make_world(plane);
  etcds_.away_ = true;
  ask(plane, "op");
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return !text_of(plane.get("operation", kSpace, "op"), {"status", "nextAttemptTime"}).empty(); }));
  etcds_.away_ = false;

  clock_.set_wall_time(right);

  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(seconds(1));
    return phase(plane, "op") == "Completed";
  }));
  EXPECT_LT(clock_.now(), right + std::chrono::hours(24));
}

TEST_F(RunnerTest, ABackupOfAClusterThatIsGoneFailsAtOnceForGood) {
  ControlPlane plane(options());
  make_world(plane);
  create(plane, "op");
  plane.remove("cluster", "", "prod");

  clock_.advance(seconds(1));

  ASSERT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "op") == "Failed"; }));
  const json::Value operation = plane.get("operation", kSpace, "op");
  EXPECT_EQ(control::number_at(operation, {"status", "attempt"}), 1);
  EXPECT_EQ(text_of(operation, {"status", "message"}), "there is no cluster prod");
  EXPECT_NE(text_of(operation, {"status", "hint"}), "");
}

TEST_F(RunnerTest, FailsForGoodAfterItsLastAttempt) {
  ControlPlane plane(options());
  make_world(plane);
  etcds_.away_ = true;
  ask(plane, "op");
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(ControlPlane::wait_until([&] { return etcds_.connected_ == i + 1; })) << i;
    ASSERT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "op") != "Running"; }));
    clock_.advance(minutes(1));
  }
  EXPECT_EQ(phase(plane, "op"), "Failed");
  EXPECT_TRUE(plane.list("backup", kSpace).empty());
}

TEST_F(RunnerTest, BacksUpAClusterOnceAtATime) {
  ControlPlane plane(options());
  make_world(plane);
  for (int i = 0; i < 12; ++i) {
    ask(plane, fmt::format("op-{}", i));
    clock_.advance(seconds(1));
  }
  std::size_t most = 0;
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    most = std::max(most, plane.runner().counters().running);
    return plane.runner().counters().completed == 12;
  }));
  EXPECT_LE(most, 1U);
}

TEST_F(RunnerTest, TwoRunnersOnOneStoreDoEachOperationOnce) {
  ControlPlane plane(options());
  make_world(plane);
  auto hub = registry::WatchHub::start(plane.store(), plane.registry().kinds(), os::real_clock());
  ASSERT_TRUE(hub);
  os::Environment environment;
  auto other = Runner::start({.registry = plane.registry(),
                              .files = os::real_file_system(),
                              .clock = clock_,
                              .random = os::real_random(),
                              .environment = environment,
                              .processes = os::real_processes(),
                              .spool_directory = dir_.path(),
                              .connect = [this](const etcd::ClientOptions& client) { return etcds_.connect(client); }},
                             **hub, {.id = "server-2", .backups = 4, .lease_ttl = minutes(30)});
  ASSERT_TRUE(other);
  constexpr std::uint64_t kMany = 20;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ask(plane, fmt::format("op-{}", i));
    clock_.advance(seconds(1));
  }
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(seconds(1));
    return plane.runner().counters().completed + (*other)->counters().completed == kMany;
  }));
  EXPECT_EQ(etcds_.connected_, static_cast<int>(kMany));
  EXPECT_EQ((*other)->counters().lost + plane.runner().counters().lost, 0U);
}

TEST_F(RunnerTest, AnAttemptWhoseLeaseWasLostInTheMiddleEntersNothing) {
  std::function<void()> lose;
  auto losing = options();
  losing.connect = [&](const etcd::ClientOptions& client) {
    if (lose) std::exchange(lose, nullptr)();
    return etcds_.connect(client);
  };
  ControlPlane plane(losing);
  make_world(plane);
  Claims other(plane.store(), "server-2", minutes(30));
  ASSERT_TRUE(other.start());
  lose = [&] {
    // The keys go with the lease, and another server takes them.
    store::Transaction lost;
    const auto claims = plane.store().list({.prefix = "w/claim/"});
    for (const store::Entry& each : claims->entries)
      lost.writes.push_back({.key = each.key, .value = std::nullopt});
    EXPECT_TRUE(plane.store().commit(lost));
    const ClaimRequest request{
        .operation = "cluster-prod/op", .cluster = "prod", .destination = "", .destination_slots = 0};
    EXPECT_TRUE(*other.claim(request));
  };

  ask(plane, "op");

  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.runner().counters().lost == 1; }));
  EXPECT_TRUE(plane.list("backup", kSpace).empty());
  EXPECT_EQ(phase(plane, "op"), "Running") << "as the other server would have it";
}

// Counts how many backups are at work at once: each waits in connect() until it is let go.
class Turnstile {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    most_ = std::max(most_, inside_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
  }
  bool wait_for(int inside) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return inside_ == inside; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  int most_ = 0;
  bool open_ = false;
};

void cancel(ControlPlane& plane, std::string_view name) {
  plane.change("operation", kSpace, name,
               [](json::Value& operation) { operation.at("spec").get_object()["cancel"] = true; });
}

TEST_F(RunnerTest, WhatWaitsForItsNextAttemptIsCancelledAtOnce) {
  ControlPlane plane(options());
  make_world(plane);
  etcds_.away_ = true;
  ask(plane, "op");
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return !text_of(plane.get("operation", kSpace, "op"), {"status", "nextAttemptTime"}).empty(); }));

  cancel(plane, "op");

  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "op") == "Cancelled"; }));
  EXPECT_EQ(text_of(plane.get("operation", kSpace, "op"), {"status", "message"}),
            "it was cancelled; before that: nobody answers");
  EXPECT_EQ(etcds_.connected_, 1);
}

TEST_F(RunnerTest, WhatRunsIsBrokenOffWhenItIsCancelledAndWhatWaitsBehindItIsNotBegun) {
  Turnstile turnstile;
  auto blocked = options();
  blocked.connect = [&](const etcd::ClientOptions& client) {
    turnstile.pass();
    return etcds_.connect(client);
  };
  ControlPlane plane(blocked);
  make_world(plane);
  ask(plane, "a");
  ASSERT_TRUE(turnstile.wait_for(1));
  ask(plane, "b");

  cancel(plane, "a");
  cancel(plane, "b");

  // Changes are looked at in their order.
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "b") == "Cancelled"; }));
  EXPECT_EQ(phase(plane, "a"), "Running");
  turnstile.open();
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase(plane, "a") == "Cancelled"; }));
  EXPECT_TRUE(plane.list("backup", kSpace).empty());
  EXPECT_TRUE(std::filesystem::is_empty(backups_.path()));
  EXPECT_EQ(etcds_.connected_, 1);
}

TEST_F(RunnerTest, OfTwoThatAreAskedForInOneSecondBothReasonsAreKept) {
  ControlPlane plane(options());
  make_world(plane);
  for (const char* name : {"first", "second"}) {
    plane.create("operation", kSpace,
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"{0}"}},
                     "spec":{{"type":"Backup","cluster":"prod","destination":"disk","reason":"{0} one"}}}})",
                             name));
  }
  clock_.advance(seconds(1));

  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return phase(plane, "first") == "Completed" && phase(plane, "second") == "Completed"; }));

  const auto backups = plane.list("backup", kSpace);
  ASSERT_EQ(backups.size(), 1U);
  EXPECT_EQ(text_of(backups.front(), {"status", "reason"}), "first one; second one");
}

TEST_F(RunnerTest, KeepsToTheNumberOfBackupsThatTheConfigurationSays) {
  Turnstile turnstile;
  auto of_three = options();
  of_three.threads = 1;
  of_three.connect = [&](const etcd::ClientOptions& client) {
    turnstile.pass();
    return etcds_.connect(client);
  };
  ControlPlane plane(of_three);
  plane.make_seed(backups_.path());
  for (int i = 0; i < 6; ++i) {
    const std::string cluster = fmt::format("c{}", i);
    plane.make_cluster(cluster, {"http://127.0.0.1:2379"});
    plane.create(
        "namespace", "",
        fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"cluster-{}"}}}})", cluster));
    plane.create("operation", "cluster-" + cluster,
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"op"}},
                     "spec":{{"type":"Backup","cluster":"{}","destination":"disk"}}}})",
                             cluster));
  }
  clock_.advance(seconds(1));
  EXPECT_TRUE(turnstile.wait_for(1));
  plane.create(
      "kubermaticconfiguration", "kubermatic",
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"KubermaticConfiguration","metadata":{"name":"kubermatic"},
      "spec":{"seedController":{"maxConcurrentBackups":3}}})");
  EXPECT_TRUE(turnstile.wait_for(3));
  turnstile.open();
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.runner().counters().completed == 6; }));
  EXPECT_EQ(turnstile.most(), 3);
}

}  // namespace
}  // namespace holdfast::work
