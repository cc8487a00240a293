// From resources to stored backups: real store, registry, decisions, runner and etcd; a directory as destination.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objectstore/local/local_store.h"
#include "os/file_system.h"
#include "repository/repository.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using std::chrono::minutes;

constexpr const char* kConfig = R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
    "metadata":{{"name":"{}"}},"spec":{{"cluster":{{"name":"prod"}},"destination":"disk"{}}}}})";
constexpr const char* kSpace = "cluster-prod";

class ControlBackup : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }
  static void TearDownTestSuite() { etcd_.reset(); }

  // With the namespace of the cluster.
  void make_world(ControlPlane& plane, std::string_view more = "") {
    plane.make_seed(backups_.path(), more);
    plane.make_cluster("prod", etcd_->endpoints());
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  }

  static void add_config(ControlPlane& plane, const char* name, const char* more = "") {
    plane.create("etcdbackupconfig", kSpace, fmt::format(fmt::runtime(kConfig), name, more));
  }

  // "NAME PHASE" of each entry.
  static std::vector<std::string> entries(ControlPlane& plane, const char* config) {
    std::vector<std::string> lines;
    const json::Value object = plane.get("etcdbackupconfig", kSpace, config);
    const json::Array* list = api::array_at(object, {"status", "lastBackups"});
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
      lines.push_back(text_of((*list)[i], {"backupName"}) + " " + text_of((*list)[i], {"backupPhase"}));
    return lines;
  }

  // Files in the destination, without manifests.
  std::vector<std::string> objects() const {
    std::vector<std::string> names;
    const auto listed = os::real_file_system().list(backups_.path());
    for (const std::string& each : listed.value_or(std::vector<std::string>())) {
      if (!each.ends_with(".manifest.json") && !each.starts_with(".")) names.push_back(each);
    }
    return names;
  }

  void expect_all_sound() {
    objectstore::LocalStore store({.root = backups_.path()}, os::real_file_system(), os::real_clock(),
                                  os::real_random());
    const auto listed = repository::Repository(store).list("", {.include_foreign = true}, {});
    ASSERT_TRUE(listed);
    for (const repository::Entry& each : *listed)
      EXPECT_EQ(repository::state_name(each.state), "ok") << each.key << ": " << each.problem;
  }

  static std::string usable(ControlPlane& plane) {
    const json::Value seed = plane.get("seed", "kubermatic", "europe");
    const json::Array* conditions = api::array_at(seed, {"status", "conditions"});
    return conditions == nullptr || conditions->empty() ? "" : text_of(conditions->front(), {"status"});
  }

  static inline std::unique_ptr<EtcdCluster> etcd_;
  TempDir data_;
  TempDir backups_;
};

using Lines = std::vector<std::string>;

TEST_F(ControlBackup, AOneTimeConfigMakesOneBackup) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  add_config(plane, "before-upgrade");
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    return entries(plane, "before-upgrade") == Lines{"before-upgrade.db.gz Completed"};
  })) << json::to_pretty_string(plane.get("etcdbackupconfig", kSpace, "before-upgrade"));
  EXPECT_EQ(objects(), Lines{"prod-before-upgrade.db.gz"});
  const json::Value backup = plane.get("backup", kSpace, "before-upgrade");
  EXPECT_EQ(text_of(backup, {"status", "phase"}), "Completed");
  EXPECT_EQ(text_of(backup, {"spec", "objectKey"}), "prod-before-upgrade.db.gz");
  expect_all_sound();
}

TEST_F(ControlBackup, AScheduleGoesOnAfterARestartAndRetentionRemovesTheOldest) {
  FakeClock clock(FakeClock::Sleep::waits);
  ControlPlane plane({.directory = data_.path(), .clock = &clock, .lease_ttl = minutes(30)});
  make_world(plane);
  add_config(plane, "often", R"(,"schedule":"*/10 * * * *","keep":2,"spread":"0s")");
  std::size_t made = 0;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(ControlPlane::wait_until(
        [&] { return !text_of(plane.get("etcdbackupconfig", kSpace, "often"), {"status", "nextRunTime"}).empty(); }));
    if (i == 3) plane.stop();
    clock.advance(minutes(10));
    if (i == 3) plane.start();
    ++made;
    const std::size_t kept = std::min<std::size_t>(made, 2);
    ASSERT_TRUE(ControlPlane::wait_until([&] {
      const json::Value config = plane.get("etcdbackupconfig", kSpace, "often");
      const auto good = api::field_at(config, {"status", "goodBackups"});
      return plane.list("backup", kSpace).size() == kept && objects().size() == kept && good != nullptr &&
             *good == json::Value(kept) && text_of(config, {"status", "lastResult"}) == "Completed" &&
             text_of(config, {"status", "lastScheduleTime"}) > text_of(config, {"metadata", "creationTimestamp"});
    })) << i
        << " " << json::to_pretty_string(plane.get("etcdbackupconfig", kSpace, "often"));
  }
  const json::Value newest = plane.list("backup", kSpace).back();
  EXPECT_EQ(*api::field_at(newest, {"status", "keptBecause"}),
            (json::Array{"one of the last 2", "newest good backup"}));
  expect_all_sound();
}

TEST_F(ControlBackup, AClockThatWasAheadAndIsPutRightHoldsNothingUp) {
  FakeClock clock(FakeClock::Sleep::waits);
  ControlPlane plane({.directory = data_.path(), .clock = &clock, .lease_ttl = minutes(30)});
  make_world(plane);
  add_config(plane, "often", R"(,"schedule":"*/10 * * * *","keep":5,"spread":"0s")");
  const auto next_run = [&] {
    return text_of(plane.get("etcdbackupconfig", kSpace, "often"), {"status", "nextRunTime"});
  };
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !next_run().empty(); }));
  const WallTime right = clock.now();
  clock.set_wall_time(right + std::chrono::hours(30 * 24));
  clock.advance(minutes(10));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.list("backup", kSpace).size() == 1; }));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return next_run() > format_time(right + std::chrono::hours(24)); }));

  clock.set_wall_time(right + minutes(1));
  clock.advance(minutes(1));

  EXPECT_TRUE(ControlPlane::wait_until([&] { return next_run() < format_time(right + std::chrono::hours(1)); }));
  clock.advance(minutes(10));
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.list("backup", kSpace).size() == 2; }));
}

TEST_F(ControlBackup, ABackupNowLeavesTheScheduleAlone) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  add_config(plane, "nightly", R"(,"schedule":"0 1 * * *")");
  plane.create("operation", kSpace,
               R"({"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{"generateName":"now-"},
      "spec":{"type":"Backup","cluster":"prod","config":"nightly"}})");
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    const Lines lines = entries(plane, "nightly");
    return lines.size() == 1 && lines.front().ends_with("Completed");
  }));
  const json::Value config = plane.get("etcdbackupconfig", kSpace, "nightly");
  EXPECT_TRUE(text_of(config, {"status", "nextRunTime"}).ends_with("T01:00:00Z"));
  EXPECT_EQ(text_of(config, {"status", "lastScheduleTime"}), "");
}

TEST_F(ControlBackup, AnEtcdThatIsAwayIsAFailureWithItsReason) {
  ControlPlane plane({.directory = data_.path()});
  plane.make_seed(backups_.path());
  plane.make_cluster("prod", {"http://127.0.0.1:1"});
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  plane.create("operation", kSpace, R"({"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{"name":"now"},
      "spec":{"type":"Backup","cluster":"prod","destination":"disk","maxAttempts":1}})");
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return text_of(plane.get("operation", kSpace, "now"), {"status", "phase"}) == "Failed"; }));
  EXPECT_THAT(text_of(plane.get("operation", kSpace, "now"), {"status", "message"}), testing::HasSubstr("127.0.0.1:1"));
  EXPECT_EQ(objects(), Lines{});
}

TEST_F(ControlBackup, DefaultBackupsProtectACluster) {
  FakeClock clock(FakeClock::Sleep::waits);
  ControlPlane plane({.directory = data_.path(), .clock = &clock, .lease_ttl = minutes(30)});
  make_world(plane, R"(,"defaultDestination":"disk")");
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    return !text_of(plane.get("etcdbackupconfig", kSpace, "default-backups"), {"status", "nextRunTime"}).empty();
  }));
  clock.advance(minutes(23));
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    const json::Value cluster = plane.get("cluster", "", "prod");
    const json::Array* conditions = api::array_at(cluster, {"status", "conditions"});
    return conditions != nullptr && text_of(conditions->front(), {"reason"}) == "RecentBackup";
  })) << json::to_pretty_string(plane.get("cluster", "", "prod"));
}

TEST_F(ControlBackup, ADestinationIsTriedWhenItChanges) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  EXPECT_TRUE(ControlPlane::wait_until([&] { return usable(plane) == "True"; }));
  plane.change("seed", "kubermatic", "europe", [](json::Value& seed) {
    seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").get_object()["path"] = "/proc/none";
  });
  EXPECT_TRUE(ControlPlane::wait_until([&] { return usable(plane) == "False"; }));
  EXPECT_THAT(json::to_string(plane.get("seed", "kubermatic", "europe").at("status")),
              testing::HasSubstr("/proc/none"));
}

TEST_F(ControlBackup, ABackupThatIsDeletedTakesItsObjectWithIt) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  add_config(plane, "once");
  ASSERT_TRUE(ControlPlane::wait_until([&] { return entries(plane, "once") == Lines{"once.db.gz Completed"}; }));
  plane.remove("backup", kSpace, "once");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("backup", kSpace, "once").is_null(); }));
  EXPECT_EQ(objects(), Lines{});
}

TEST_F(ControlBackup, TheCatalogueComesBackFromTheDestinationAlone) {
  {
    ControlPlane plane({.directory = data_.path()});
    make_world(plane);
    add_config(plane, "once");
    ASSERT_TRUE(ControlPlane::wait_until([&] { return entries(plane, "once") == Lines{"once.db.gz Completed"}; }));
  }
  std::ofstream(backups_.file("prod-old-2021-03-16t03-48-00.db.gz")) << "made by another program";
  std::ofstream(backups_.file("strange.db.gz")) << "of nobody";
  const TempDir empty;
  ControlPlane plane({.directory = empty.path()});
  plane.make_cluster("prod", etcd_->endpoints());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  plane.make_seed(backups_.path());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.list("backup", kSpace).size() == 2; }));
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    const json::Value seed = plane.get("seed", "kubermatic", "europe");
    const json::Array* states = api::array_at(seed, {"status", "destinations"});
    return states != nullptr && states->front().get_object().contains("orphans");
  }));
  const json::Value ours = plane.get("backup", kSpace, "once");
  EXPECT_EQ(text_of(ours, {"status", "phase"}), "Completed");
  EXPECT_EQ(text_of(ours, {"spec", "config"}), "once");
  const json::Value foreign = plane.get("backup", kSpace, "old-2021-03-16t03-48-00");
  EXPECT_EQ(text_of(foreign, {"status", "phase"}), "Unverified");
  EXPECT_EQ(text_of(foreign, {"status", "scheduledTime"}), "2021-03-16T03:48:00Z");
  EXPECT_EQ(plane.get("seed", "kubermatic", "europe").at("status").at("destinations").at(0).at("orphans"),
            json::Value(1));
}

TEST_F(ControlBackup, AVerificationFindsADamagedObject) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  add_config(plane, "once");
  ASSERT_TRUE(ControlPlane::wait_until([&] { return entries(plane, "once") == Lines{"once.db.gz Completed"}; }));
  constexpr const char* kVerify = R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"{}"}},
      "spec":{{"type":"Verify","cluster":"prod","backup":"once","maxAttempts":1}}}})";
  plane.create("operation", kSpace, fmt::format(fmt::runtime(kVerify), "first"));
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return text_of(plane.get("operation", kSpace, "first"), {"status", "phase"}) == "Completed"; }));
  EXPECT_FALSE(text_of(plane.get("backup", kSpace, "once"), {"status", "lastVerifiedTime"}).empty());
  {
    std::fstream file(backups_.file("prod-once.db.gz"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file.put('\x7f').put('\x7f');
  }
  plane.create("operation", kSpace, fmt::format(fmt::runtime(kVerify), "second"));
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return text_of(plane.get("operation", kSpace, "second"), {"status", "phase"}) == "Failed"; }));
  EXPECT_EQ(text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}), "Damaged");
  // A list finds it there with its size, which says nothing of its bytes.
  plane.list_destination("disk", "list");
  const json::Value after = plane.get("backup", kSpace, "once");
  EXPECT_EQ(text_of(after, {"status", "phase"}), "Damaged");
  EXPECT_THAT(text_of(after, {"status", "message"}), testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace holdfast::test
