// Destinations that are changed to lead to another place while something works with them.
#include "task_test_world.h"

namespace holdfast::work {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using MovedDestinationTest = TaskTest;

void expect_moved(const Result<TaskOutcome>& outcome) {
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("destination disk was changed to lead to another place"));
  EXPECT_TRUE(may_try_again(outcome.error()));
}

TEST_F(MovedDestinationTest, ABackupIsNotListedAtAPlaceItWasNotStoredAt) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] { move_destination(); });

  const auto outcome = run(operation);

  expect_moved(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("was removed"));
  EXPECT_THAT(plane_.list("backup", kSpace), IsEmpty());
  EXPECT_THAT(files_in(old_place_), IsEmpty()) << "nobody would ever find it there";
}

TEST_F(MovedDestinationTest, ABackupThatIsBeingListedIsTakenBack) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] { writing_.moment.set([this] { move_destination(); }); });

  expect_moved(run(operation));

  EXPECT_THAT(plane_.list("backup", kSpace), IsEmpty());
  EXPECT_THAT(files_in(old_place_), IsEmpty());
}

TEST_F(MovedDestinationTest, TheNextAttemptStoresAtTheNewPlace) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] { move_destination(); });
  expect_moved(run(operation));

  const auto again = run(operation);

  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_THAT(plane_.list("backup", kSpace), SizeIs(1));
  EXPECT_THAT(files_in(new_place_), SizeIs(2)) << "object and manifest";
}

TEST_F(MovedDestinationTest, ADestinationThatIsGoneCountsAsMoved) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] {
    plane_.change("seed", "kubermatic", "europe", [](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").as_object().erase("disk");
    });
  });

  expect_moved(run(operation));

  EXPECT_THAT(plane_.list("backup", kSpace), IsEmpty());
}

TEST_F(MovedDestinationTest, OtherSettingsMayChangeMeanwhile) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] {
    plane_.change("seed", "kubermatic", "europe", [](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").as_object()["bandwidth"] = "50MB";
    });
  });

  EXPECT_TRUE(run(operation));
}

TEST_F(MovedDestinationTest, AnotherWordForTheSamePlaceIsNoMove) {
  const json::Value operation = backup_operation("op");
  connecting_.set([this] {
    plane_.change("seed", "kubermatic", "europe", [this](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").at("path") = old_place_.path() + "/./";
    });
  });

  EXPECT_TRUE(run(operation));
}

TEST_F(MovedDestinationTest, WhatWasRemovedAtTheOldPlaceIsNotForgotten) {
  const std::string name = make_backup();
  const json::Value operation = this->operation("delete", {{"type", "Delete"}, {"backup", name}});
  plane_.remove("backup", kSpace, name);  // somebody asked for it
  files_.moment.set([this] { move_destination(); });

  expect_moved(run(operation));

  EXPECT_FALSE(plane_.get("backup", kSpace, name).is_null()) << "it may lie at the new place";
  EXPECT_TRUE(run(operation));
  EXPECT_TRUE(plane_.get("backup", kSpace, name).is_null());
}

TEST_F(MovedDestinationTest, AVerificationOfTheOldPlaceIsNoVerdict) {
  const std::string name = make_backup();
  const json::Value operation = this->operation("verify", {{"type", "Verify"}, {"backup", name}});
  progress_.moment.set([this] { move_destination(); });

  expect_moved(run(operation));

  const json::Value backup = plane_.get("backup", kSpace, name);
  EXPECT_EQ(test::text_of(backup, {"status", "phase"}), "Completed");
  EXPECT_EQ(test::text_of(backup, {"status", "lastVerifiedTime"}), "");
}

TEST_F(MovedDestinationTest, AnInventoryOfTheOldPlaceDoesNotCount) {
  make_backup();
  const json::Value operation =
      this->operation("list", {{"type", "Inventory"}, {"seed", "europe"}, {"destination", "disk"}});
  progress_.moment.set([this] { move_destination(); });

  expect_moved(run(operation));
}

}  // namespace
}  // namespace holdfast::work
