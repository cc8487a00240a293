#include "control/reconcile/deletion.h"

#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

using Lines = std::vector<std::string>;

TEST(Deletion, OfAConfigKeepsItsBackups) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.settle();
  EXPECT_EQ(cluster.config("hourly"), nullptr);
  EXPECT_EQ(cluster.view.backups.size(), 2U);
  EXPECT_EQ(cluster.destination.size(), 2U);
}

TEST(Deletion, OfAConfigWithThePolicyDeleteRemovesAllButPinnedOnes) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T13:30:00Z"));
  spec_of(cluster.view.backups.back())["pinned"] = true;
  spec_of(*cluster.config("hourly"))["deletionPolicy"] = "Delete";
  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.settle();
  EXPECT_EQ(cluster.config("hourly"), nullptr);
  EXPECT_EQ(cluster.destination, std::set<std::string>{"prod-hourly-2026-11-21t13-00-00.db.gz"});
}

TEST(Deletion, OfTheNamespaceLeavesWhatIsStored) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  spec_of(*cluster.config("hourly"))["deletionPolicy"] = "Delete";
  cluster.view.namespace_going = true;
  cluster.ask_to_delete(kConfigType, "hourly");
  for (const char* backup : {"hourly-2026-11-21t11-00-00", "hourly-2026-11-21t12-00-00"})
    cluster.ask_to_delete(kBackupType, backup);
  cluster.settle();
  EXPECT_EQ(cluster.config("hourly"), nullptr);
  EXPECT_TRUE(cluster.view.backups.empty());
  EXPECT_TRUE(cluster.operations("Delete").empty());
  EXPECT_EQ(cluster.destination.size(), 2U);
}

TEST(Deletion, OfAConfigIsNotHeldUpForEverByADestination) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_once; };
  spec_of(*cluster.config("hourly"))["deletionPolicy"] = "Delete";
  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.run_until(at("2026-11-21T13:20:00Z"));
  EXPECT_NE(cluster.config("hourly"), nullptr);
  cluster.run_until(at("2026-11-21T13:31:00Z"));
  EXPECT_EQ(cluster.config("hourly"), nullptr);
  ASSERT_EQ(cluster.view.backups.size(), 2U);
  EXPECT_EQ(text(cluster.view.backups.front(), {"status", "phase"}), "Orphaned");
}

TEST(Deletion, OfAClusterTakesItsConfigsAndKeepsItsBackups) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  spec_of(*cluster.config("hourly"))["deletionPolicy"] = "Delete";  // that of the cluster counts
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.ask_to_delete(kClusterType, "prod");
  cluster.settle();
  EXPECT_TRUE(cluster.view.cluster.is_null());
  EXPECT_TRUE(cluster.view.configs.empty());
  EXPECT_EQ(cluster.destination.size(), 2U);
}

TEST(Deletion, OfAClusterWithThePolicyDeleteRemovesItsBackups) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  spec_of(cluster.view.cluster)["deletionPolicy"] = "Delete";
  cluster.ask_to_delete(kClusterType, "prod");
  cluster.settle();
  EXPECT_TRUE(cluster.view.cluster.is_null());
  EXPECT_TRUE(cluster.destination.empty());
}

TEST(Deletion, OfAClusterWithThePolicyDeleteRemovesBackupsOfNoConfig) {
  SimulatedCluster cluster;
  cluster.add_config("gone", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T14:30:00Z"));
  cluster.ask_to_delete(kConfigType, "gone");
  cluster.add_operation("now", R"({"type":"Backup","cluster":"prod","destination":"disk"})");
  cluster.settle();
  ASSERT_EQ(cluster.destination.size(), 4U);
  spec_of(cluster.view.backups.front())["pinned"] = true;
  spec_of(cluster.view.cluster)["deletionPolicy"] = "Delete";
  cluster.ask_to_delete(kClusterType, "prod");
  cluster.settle();
  EXPECT_TRUE(cluster.view.cluster.is_null());
  EXPECT_EQ(cluster.destination.size(), 1U) << "the pinned one";
}

TEST(Deletion, OfAClusterIsNotHeldUpForEverByADestination) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.settle();
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_for_good; };
  spec_of(cluster.view.cluster)["deletionPolicy"] = "Delete";
  cluster.ask_to_delete(kClusterType, "prod");
  cluster.run_until(at("2026-11-21T14:00:00Z"));
  EXPECT_FALSE(cluster.view.cluster.is_null());
  cluster.run_until(at("2026-11-21T14:31:00Z"));
  EXPECT_TRUE(cluster.view.cluster.is_null());
  ASSERT_EQ(cluster.view.backups.size(), 2U);
  EXPECT_EQ(text(cluster.view.backups.front(), {"status", "phase"}), "Orphaned");
}

TEST(Deletion, OfTheNamespaceLosesNothingThatIsStored) {
  SimulatedCluster cluster;
  cluster.add_config("hourly",
                     R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","deletionPolicy":"Delete"})");
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.view.namespace_going = true;
  cluster.ask_to_delete(kConfigType, "hourly");
  while (!cluster.view.backups.empty()) {
    cluster.ask_to_delete(kBackupType, name_of(cluster.view.backups.front()));
    cluster.settle();
  }
  EXPECT_TRUE(cluster.view.configs.empty());
  EXPECT_EQ(cluster.destination.size(), 2U);
  EXPECT_EQ(cluster.complaints, Lines{});
}

TEST(Deletion, OfABackupRemovesItsObject) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:30:00Z"));
  cluster.ask_to_delete(kBackupType, "hourly-2026-11-21t11-00-00");
  cluster.settle();
  EXPECT_EQ(cluster.destination, std::set<std::string>{"prod-hourly-2026-11-21t12-00-00.db.gz"});
}

TEST(Deletion, OfABackupIsTriedAgainWhenItsDestinationIsBack) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T12:01:00Z"));
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_for_good; };
  cluster.ask_to_delete(kBackupType, "hourly-2026-11-21t11-00-00");
  cluster.run_until(at("2026-11-21T12:03:00Z"));
  ASSERT_EQ(cluster.destination.size(), 2U);
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::succeed; };
  cluster.run_until(at("2026-11-21T12:10:00Z"));
  EXPECT_EQ(cluster.destination, std::set<std::string>{"prod-hourly-2026-11-21t12-00-00.db.gz"});
}

}  // namespace
}  // namespace holdfast::control
