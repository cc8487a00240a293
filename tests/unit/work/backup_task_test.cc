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

}  // namespace
}  // namespace holdfast::work
