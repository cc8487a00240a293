// Tasks whose claim was lost, or whose Backup was changed, while they were at work.
#include "task_test_world.h"

namespace holdfast::work {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

class LateResultTest : public TaskTest {
 protected:
  void SetUp() override {
    TaskTest::SetUp();
    ASSERT_TRUE(claims_.start());
    ASSERT_TRUE(others_.start());
  }
  Guard claim(const json::Value& operation) {
    const auto claim =
        claims_.claim({.operation = label(operation), .cluster = "", .destination = "", .destination_slots = 0});
    EXPECT_TRUE(claim && *claim);
    claim_ = **claim;
    return claim_.guard;
  }
  // What happens when our lease ends and another server goes on.
  void lose_claim(const json::Value& operation) {
    claims_.release(claim_);
    const auto taken =
        others_.claim({.operation = label(operation), .cluster = "", .destination = "", .destination_slots = 0});
    EXPECT_TRUE(taken && *taken);
  }
  static std::string label(const json::Value& operation) {
    return fmt::format("{}/{}", kSpace, control::name_of(operation));
  }
  json::Value delete_of(const std::string& backup) {
    return operation("delete", {{"type", "Delete"}, {"backup", backup}});
  }

  Claims claims_{plane_.store(), "one", seconds(60)};
  Claims others_{plane_.store(), "two", seconds(60)};
  Claim claim_;
};

TEST_F(LateResultTest, ABackupIsEnteredUnderItsClaim) {
  const json::Value operation = backup_operation("op");

  EXPECT_TRUE(run(operation, claim(operation)));

  EXPECT_THAT(plane_.list("backup", kSpace), SizeIs(1));
}

TEST_F(LateResultTest, ABackupWhoseClaimWasLostIsNotEntered) {
  const json::Value operation = backup_operation("op");
  const Guard guard = claim(operation);
  connecting_.set([&] { lose_claim(operation); });

  EXPECT_FALSE(run(operation, guard));

  EXPECT_THAT(plane_.list("backup", kSpace), IsEmpty());
}

TEST_F(LateResultTest, ABackupThatWasPinnedJustNowStays) {
  plane_.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
      "metadata":{"name":"daily"},
      "spec":{"cluster":{"name":"prod"},"destination":"disk","schedule":"@daily","keep":1}})");
  ASSERT_TRUE(run(backup_operation("one", {{"config", "daily"}, {"scheduledTime", "2026-01-01T00:00:00Z"}})));
  ASSERT_TRUE(run(backup_operation("two", {{"config", "daily"}, {"scheduledTime", "2026-01-02T00:00:00Z"}})));
  const std::string name = "daily-2026-01-01t00-00-00";
  const json::Value operation = delete_of(name);
  clock_.moment.set([&] {
    plane_.change("backup", kSpace, name, [](json::Value& backup) { backup.at("spec").at("pinned") = true; });
  });

  const auto outcome = run(operation, claim(operation));

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->message, "it stays: it is pinned");
  EXPECT_THAT(files_in(old_place_), SizeIs(4));
}

TEST_F(LateResultTest, NothingIsRemovedWithoutTheClaim) {
  const std::string name = make_backup();
  const json::Value operation = delete_of(name);
  plane_.remove("backup", kSpace, name);
  const Guard guard = claim(operation);
  clock_.moment.set([&] { lose_claim(operation); });

  EXPECT_FALSE(run(operation, guard));

  EXPECT_THAT(files_in(old_place_), SizeIs(2));
  EXPECT_FALSE(plane_.get("backup", kSpace, name).is_null());
}

TEST_F(LateResultTest, ARemovalWhoseClaimWasLostLeavesTheCatalogueToTheOtherServer) {
  const std::string name = make_backup();
  const json::Value operation = delete_of(name);
  plane_.remove("backup", kSpace, name);
  const Guard guard = claim(operation);
  files_.moment.set([&] { lose_claim(operation); });

  EXPECT_FALSE(run(operation, guard));

  EXPECT_FALSE(plane_.get("backup", kSpace, name).is_null());
}

TEST_F(LateResultTest, AVerdictWithoutTheClaimDoesNotCount) {
  const std::string name = make_backup();
  const json::Value operation = this->operation("verify", {{"type", "Verify"}, {"backup", name}});
  const Guard guard = claim(operation);
  progress_.moment.set([&] { lose_claim(operation); });

  EXPECT_FALSE(run(operation, guard));

  EXPECT_EQ(test::text_of(plane_.get("backup", kSpace, name), {"status", "lastVerifiedTime"}), "");
}

}  // namespace
}  // namespace holdfast::work
