// Destinations whose directory is gone or empty, as when its disk is not mounted.
#include "work/local_directory.h"

#include <filesystem>

#include "task_test_world.h"
#include "work/catalogue.h"

#include "control/reconcile/seed.h"

namespace holdfast::work {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

class LocalDirectoryTest : public TaskTest {
 protected:
  void SetUp() override {
    TaskTest::SetUp();
    point_to(place_);
  }

  void point_to(const std::string& path) {
    plane_.change("seed", "kubermatic", "europe", [&](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").at("path") = path;
    });
  }
  void add_destination(const char* name, const std::string& path) {
    plane_.change("seed", "kubermatic", "europe", [&](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").as_object()[name] =
          json::Object{{"type", "local"}, {"path", path}};
    });
  }

  Result<TaskOutcome> probe(const char* destination = "disk") {
    return run(operation(fmt::format("probe-{}", ++count_),
                         {{"type", "Probe"}, {"seed", "europe"}, {"destination", destination}}));
  }
  // A probe that ends well, and what is remembered of it.
  void use() {
    const auto outcome = probe();
    ASSERT_TRUE(outcome) << outcome.error().to_string();
    registry::WriteOptions options;
    options.by_server = true;
    options.subresource = "status";
    const auto remember = [&](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      control::member_of(after, "status")["destinations"] =
          json::Array{json::Object{{"name", "disk"}, {"usedDirectory", outcome->result.at("usedDirectory")}}};
      return after;
    };
    ASSERT_TRUE(plane_.registry().update(plane_.kind("seed"), {.name_space = "kubermatic", .name = "europe"}, remember,
                                         options));
  }
  Result<TaskOutcome> back_up(const char* time) {
    return run(backup_operation(fmt::format("backup-{}", ++count_), {{"scheduledTime", time}}));
  }

  void unmount() { fs::rename(place_, away_); }
  void mount() {
    fs::remove(place_);
    fs::rename(away_, place_);
  }
  static void touch(const std::string& path) {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), path, {}));
  }

  static void expect_lost(const Result<TaskOutcome>& outcome) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::unavailable) << outcome.error().to_string();
    EXPECT_THAT(outcome.error().message, HasSubstr("its disk may not be mounted"));
    EXPECT_THAT(outcome.error().hint, HasSubstr("mount it"));
    EXPECT_TRUE(may_try_again(outcome.error()));
  }

  const std::string place_ = old_place_.file("disk/backups");
  const std::string away_ = old_place_.file("away");
  int count_ = 0;
};

TEST_F(LocalDirectoryTest, OfANewDestinationIsMade) {
  EXPECT_TRUE(back_up("2026-01-01T22:00:00Z"));
  EXPECT_TRUE(fs::is_directory(place_));
}

TEST_F(LocalDirectoryTest, IsMadeByTheFirstProbeWhichLeavesAMark) {
  use();

  EXPECT_TRUE(fs::exists(place_ + "/.holdfast-destination"));
}

TEST_F(LocalDirectoryTest, ThatIsGoneIsNotMadeByABackupWhileThereAreBackups) {
  make_backup();
  unmount();

  expect_lost(back_up("2026-01-02T22:00:00Z"));
  EXPECT_FALSE(fs::exists(place_));

  mount();
  EXPECT_TRUE(back_up("2026-01-02T22:00:00Z"));
}

TEST_F(LocalDirectoryTest, ThatIsGoneIsNotMadeByAProbe) {
  use();
  unmount();

  expect_lost(probe());
  EXPECT_FALSE(fs::exists(place_));

  mount();
  EXPECT_TRUE(probe());
}

TEST_F(LocalDirectoryTest, ThatWasUsedIsNotMadeEvenWithoutBackups) {
  use();
  unmount();

  expect_lost(back_up("2026-01-01T22:00:00Z"));
  EXPECT_FALSE(fs::exists(place_));
}

TEST_F(LocalDirectoryTest, ThatIsEmptyIsTakenForAPlaceWhereNothingIsMounted) {
  use();
  make_backup();
  unmount();
  fs::create_directory(place_);
  fs::create_directory(place_ + "/lost+found");

  expect_lost(back_up("2026-01-02T22:00:00Z"));
  EXPECT_FALSE(fs::exists(place_ + "/.holdfast-destination"));
}

TEST_F(LocalDirectoryTest, WithTheMarkAloneHasHadItsBackupsRemoved) {
  use();
  const std::string name = make_backup();
  plane_.remove("backup", kSpace, name);
  ASSERT_TRUE(run(operation("delete", {{"type", "Delete"}, {"backup", name}})));
  ASSERT_THAT(os::real_file_system().list(place_).value(), SizeIs(1));

  EXPECT_TRUE(back_up("2026-01-02T22:00:00Z"));
}

TEST_F(LocalDirectoryTest, CanBeBegunAnewWithTheMark) {
  use();
  make_backup();
  fs::remove_all(place_);
  fs::create_directory(place_);
  touch(place_ + "/.holdfast-destination");

  EXPECT_TRUE(probe());
  EXPECT_TRUE(back_up("2026-01-02T22:00:00Z"));
}

TEST_F(LocalDirectoryTest, OfADestinationThatWasPointedElsewhereIsMade) {
  use();
  make_backup();
  point_to(old_place_.file("elsewhere"));

  EXPECT_TRUE(back_up("2026-01-02T22:00:00Z"));
  EXPECT_TRUE(fs::is_directory(old_place_.file("elsewhere")));
}

TEST_F(LocalDirectoryTest, IsNotMadeForAnotherDestinationInIt) {
  use();
  unmount();
  add_destination("deeper", place_ + "//deeper/");
  add_destination("beside", place_ + "-beside");

  expect_lost(probe("deeper"));
  EXPECT_FALSE(fs::exists(place_));
  EXPECT_TRUE(probe("beside"));
}

TEST_F(LocalDirectoryTest, WhoseBackupsAreKnownToBeMissingIsMadeAgain) {
  const std::string name = make_backup();
  ASSERT_TRUE(change_backup_status(world_, kSpace, name, {{"phase", "Missing"}}, std::nullopt));
  fs::remove_all(place_);

  EXPECT_TRUE(back_up("2026-01-02T22:00:00Z"));
}

// What is not seen is not gone.
TEST_F(LocalDirectoryTest, OutOfSightDeletesNothing) {
  use();
  const std::string name = make_backup();
  plane_.remove("backup", kSpace, name);
  unmount();
  fs::create_directory(place_);

  expect_lost(run(operation("delete", {{"type", "Delete"}, {"backup", name}})));
  EXPECT_FALSE(plane_.get("backup", kSpace, name).is_null());
}

TEST_F(LocalDirectoryTest, OutOfSightLosesNothingInAnInventory) {
  use();
  const std::string name = make_backup();
  unmount();
  fs::create_directory(place_);

  expect_lost(run(operation("list", {{"type", "Inventory"}, {"seed", "europe"}, {"destination", "disk"}})));
  EXPECT_EQ(test::text_of(plane_.get("backup", kSpace, name), {"status", "phase"}), "Completed");
}

TEST_F(LocalDirectoryTest, ThatGoesWhileABackupIsUnderWayIsNotMade) {
  use();
  connecting_.set([this] { unmount(); });

  const auto outcome = back_up("2026-01-01T22:00:00Z");

  ASSERT_FALSE(outcome);
  EXPECT_TRUE(may_try_again(outcome.error()));
  EXPECT_FALSE(fs::exists(place_));
}

}  // namespace
}  // namespace holdfast::work
