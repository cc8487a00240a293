#include "task_test_world.h"

namespace holdfast::work {
namespace {

using testing::SizeIs;

using BackupTaskTest = TaskTest;

TEST_F(BackupTaskTest, TheBackupSaysAtOnceWhyItWasMadeAndWhyItIsKept) {
  const auto outcome = run(operation(
      "op", {{"type", "Backup"}, {"destination", "disk"}, {"reason", "before the upgrade"}, {"seed", "europe"}}));
  ASSERT_TRUE(outcome) << outcome.error().to_string();

  const auto backups = plane_.list("backup", kSpace);
  ASSERT_THAT(backups, SizeIs(1));
  EXPECT_EQ(test::text_of(backups.front(), {"status", "reason"}), "before the upgrade");
  EXPECT_EQ(*api::field_at(backups.front(), {"status", "keptBecause"}), (json::Array{"no backup config removes it"}));
}

TEST_F(BackupTaskTest, WithoutAClusterThereIsNoOtherAttempt) {
  const json::Value operation = backup_operation("op");
  plane_.remove("cluster", "", "prod");

  const auto outcome = run(operation);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "there is no cluster prod");
  EXPECT_TRUE(hopeless_);
}

// `holdfast backup now --for-schedule` from a cron job of the same minute, say.
TEST_F(BackupTaskTest, WhatWasAskedForByHandInTheSecondOfASlotCountsAsThat) {
  plane_.create("etcdbackupconfig", kSpace,
                R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{"name":"daily"},
                    "spec":{"cluster":{"name":"prod"},"schedule":"@daily","destination":"disk"}})");
  const json::Value by_hand =
      operation("by-hand", {{"type", "Backup"}, {"config", "daily"}, {"destination", "disk"}, {"seed", "europe"}});
  ASSERT_TRUE(run(by_hand));
  const std::string asked = test::text_of(by_hand, {"metadata", "creationTimestamp"});

  const auto outcome = run(backup_operation("slot", {{"config", "daily"}, {"scheduledTime", asked}}));

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_THAT(plane_.list("backup", kSpace), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::work
