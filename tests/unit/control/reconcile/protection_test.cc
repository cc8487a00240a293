#include "control/reconcile/protection.h"

#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/reconcile/default_config.h"

namespace holdfast::control {
namespace {

TEST(Protection, LastsUntilTheSecondSlotWithoutABackup) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.settle();
  EXPECT_EQ(judge_protection(cluster.view, cluster.now()).condition.message, "no backup has succeeded yet");
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  EXPECT_TRUE(condition_holds(cluster.view.cluster, "Protected"));
  EXPECT_EQ(text(cluster.view.cluster, {"status", "lastSuccessfulBackupTime"}), "2026-11-21T11:00:00Z");
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_for_good; };
  cluster.run_until(at("2026-11-21T13:00:30Z"));
  EXPECT_TRUE(condition_holds(cluster.view.cluster, "Protected"));
  cluster.run_until(at("2026-11-21T13:01:10Z"));
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
  EXPECT_EQ(find_condition(cluster.view.cluster, "Protected")->at("reason"), json::Value("Unprotected"));
  EXPECT_EQ(find_condition(cluster.view.cluster, "Protected")->at("message"),
            json::Value("the newest good backup is of 2026-11-21T11:00:00Z; two slots have passed since"));
}

TEST(Protection, NeedsASchedule) {
  SimulatedCluster cluster;
  cluster.add_config("once", R"({"destination":"disk"})");
  cluster.settle();
  EXPECT_EQ(find_condition(cluster.view.cluster, "Protected")->at("message"),
            json::Value("no backup config with a schedule"));
}

TEST(Protection, OfABackupAskedForByHandCounts) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.settle();
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
  cluster.add_operation("now", R"({"type":"Backup","cluster":"prod","destination":"disk"})");
  cluster.settle();
  EXPECT_TRUE(condition_holds(cluster.view.cluster, "Protected"));
}

TEST(Protection, TheMostFrequentScheduleCounts) {
  SimulatedCluster cluster;
  cluster.add_config("daily", R"({"schedule":"5 10 * * *","destination":"disk","spread":"0s"})");
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T10:30:00Z"));
  EXPECT_TRUE(condition_holds(cluster.view.cluster, "Protected")) << "the daily one was made at 10:05";
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_for_good; };
  cluster.run_until(at("2026-11-21T12:02:00Z"));
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
}

TEST(Protection, OfSuspendedSchedulesEndsLikeAnyOther) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  spec_of(*cluster.config("hourly"))["suspend"] = true;
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  EXPECT_TRUE(condition_holds(cluster.view.cluster, "Protected"));
  cluster.run_until(at("2026-11-21T13:02:00Z"));
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
  EXPECT_EQ(
      find_condition(cluster.view.cluster, "Protected")->at("message"),
      json::Value("the newest good backup is of 2026-11-21T11:00:00Z; two slots have passed since; every schedule "
                  "is suspended"));
}

TEST(Protection, SaysThatWhatThereIsIsNoGood) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:00:30Z"));
  ASSERT_EQ(cluster.view.backups.size(), 2U);
  member_of(cluster.view.backups[0], "status")["phase"] = "Damaged";
  member_of(cluster.view.backups[1], "status")["phase"] = "Missing";
  cluster.reconcile();
  EXPECT_EQ(judge_protection(cluster.view, cluster.now()).condition.message,
            "no good backup is left: 1 damaged, 1 missing");
}

TEST(Protection, OfBackupsThatAreDeletedIsNoneButThatTheySucceededIsKnown) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:00:30Z"));
  ASSERT_EQ(cluster.view.backups.size(), 2U);
  cluster.view.backups.clear();
  cluster.reconcile();
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
  EXPECT_EQ(find_condition(cluster.view.cluster, "Protected")->at("message"),
            json::Value("no backup is left: the last one, of 2026-11-21T12:00:00Z, was deleted"));
  EXPECT_EQ(text(cluster.view.cluster, {"status", "lastSuccessfulBackupTime"}), "2026-11-21T12:00:00Z");
}

TEST(Protection, OneThatIsDamagedDidNotSucceed) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:00:30Z"));
  member_of(cluster.view.backups[1], "status")["phase"] = "Damaged";
  cluster.reconcile();
  EXPECT_EQ(text(cluster.view.cluster, {"status", "lastSuccessfulBackupTime"}), "2026-11-21T11:00:00Z");

  member_of(cluster.view.backups[0], "status")["phase"] = "Damaged";
  cluster.reconcile();
  EXPECT_EQ(text(cluster.view.cluster, {"status", "lastSuccessfulBackupTime"}), "");
}

TEST(Protection, OfAClockThatWasAheadDoesNotStay) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  member_of(cluster.view.cluster, "status")["lastSuccessfulBackupTime"] = "2030-01-01T00:00:00Z";
  cluster.reconcile();
  EXPECT_EQ(text(cluster.view.cluster, {"status", "lastSuccessfulBackupTime"}), "2026-11-21T11:00:00Z");
}

TEST(Protection, IsNoneWithoutASeedWhateverWasMade) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  ASSERT_TRUE(condition_holds(cluster.view.cluster, "Protected"));
  cluster.view.seed = nullptr;
  cluster.reconcile();
  EXPECT_FALSE(condition_holds(cluster.view.cluster, "Protected"));
  const auto said = [&](const char* what) { return find_condition(cluster.view.cluster, "Protected")->at(what); };
  EXPECT_EQ(said("reason"), json::Value("NoSeed"));
  EXPECT_EQ(said("message"), json::Value("there is no Seed, so no backups are made, and none can be read"));

  spec_of(cluster.view.cluster)["seed"] = "asia";
  cluster.reconcile();
  EXPECT_EQ(said("message"),
            json::Value("spec.seed: there is no Seed asia, so no backups are made, and none can be read"));
}

TEST(Protection, SaysThatTheServerSuspendedTheSchedule) {
  SimulatedCluster cluster;
  set_default(cluster, "disk");
  cluster.settle();
  set_default(cluster, "");
  cluster.settle();
  EXPECT_EQ(find_condition(cluster.view.cluster, "Protected")->at("message"),
            json::Value("no backup has succeeded yet; every schedule is suspended, default-backups by the server for "
                        "want of a default destination"));
  EXPECT_EQ(find_condition(*cluster.config(kDefaultConfigName), "SchedulingActive")->at("message"),
            json::Value("the server suspended it: Seed europe has no default destination"));
}

TEST(Protection, IsNotByBackupsOfAnEtcdThatTheClusterHadBefore) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  for (json::Value& each : cluster.view.backups)
    member_of(each, "status")["clusterID"] = "a1";
  EXPECT_TRUE(judge_protection(cluster.view, cluster.now()).condition.holds) << "nobody knows which etcd it has";
  json::Object& etcd = member_of(member_of(cluster.view.cluster, "status"), "etcd");
  etcd["clusterID"] = "a1";
  EXPECT_TRUE(judge_protection(cluster.view, cluster.now()).condition.holds);
  etcd["clusterID"] = "b2";
  const Condition condition = judge_protection(cluster.view, cluster.now()).condition;
  EXPECT_FALSE(condition.holds);
  EXPECT_EQ(condition.message,
            "no backup of this etcd has succeeded yet: 1 good backup is of another one that had its name");
}

}  // namespace
}  // namespace holdfast::control
