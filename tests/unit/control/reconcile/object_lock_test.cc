// Backups that their bucket does not let go yet: nobody tries to remove them.
#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"

#include "control/reconcile/deletion.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

constexpr const char* kKeepOne = R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":1})";
constexpr const char* kDeletes =
    R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","deletionPolicy":"Delete"})";

class ObjectLock : public testing::Test {
 protected:
  // Locks every Backup that is there until then.
  void lock(Instant until) {
    for (json::Value& each : cluster.view.backups)
      member_of(each, "status")["lockedUntil"] = format_instant(until);
  }
  std::size_t deletes() { return cluster.operations("Delete").size(); }

  SimulatedCluster cluster;
};

TEST_F(ObjectLock, RetentionWaitsForItsEndAndSaysSo) {
  cluster.add_config("hourly", kKeepOne);
  cluster.run_until(cluster.now() + Seconds(3700));
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  const Instant until = cluster.now() + Seconds(3 * 3600);
  lock(until);
  const std::string first(name_of(cluster.view.backups.front()));

  cluster.run_until(cluster.now() + Seconds(2 * 3600));

  const auto is_first = [&](const json::Value& each) { return name_of(each) == first; };
  const auto found = std::find_if(cluster.view.backups.begin(), cluster.view.backups.end(), is_first);
  ASSERT_NE(found, cluster.view.backups.end());
  EXPECT_NE(json::to_string(*found).find("object lock until " + format_instant(until)), std::string::npos)
      << json::to_string(*found);
  cluster.run_until(cluster.now() + Seconds(3 * 3600));
  EXPECT_EQ(std::count_if(cluster.view.backups.begin(), cluster.view.backups.end(), is_first), 0);
}

TEST_F(ObjectLock, TheEndOfAConfigDoesNotTryToo) {
  cluster.add_config("hourly", kDeletes);
  cluster.run_until(cluster.now() + Seconds(3700));
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  lock(cluster.now() + Seconds(86400));

  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.reconcile();
  EXPECT_EQ(deletes(), 0U);
  cluster.advance(kLeaveBehindAfter + Seconds(1));
  cluster.reconcile();

  EXPECT_EQ(deletes(), 0U);
  EXPECT_EQ(cluster.config("hourly"), nullptr);
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  EXPECT_EQ(api::text_at(cluster.view.backups.front(), {"status", "phase"}), "Orphaned");
  EXPECT_EQ(api::text_at(cluster.view.backups.front(), {"status", "message"}),
            "its bucket would not let it go: its backup config was deleted");
}

TEST_F(ObjectLock, IsLookedAtOnceMoreBeforeARemoval) {
  cluster.add_config("hourly", kKeepOne);
  cluster.run_until(cluster.now() + Seconds(3700));
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  lock(cluster.now() + Seconds(60));
  const json::Value backup = cluster.view.backups.front();

  EXPECT_EQ(why_not_remove(backup, cluster.view, cluster.now()),
            "object lock until " + format_instant(cluster.now() + Seconds(60)));
  EXPECT_FALSE(lock_of(backup, cluster.now() + Seconds(61)));
}

}  // namespace
}  // namespace holdfast::control
