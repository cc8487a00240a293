#include "control/reconcile/cluster.h"

#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/reconcile/default_config.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

using Lines = std::vector<std::string>;

TEST(ClusterPlan, MakesTheNamespaceAndSaysItsName) {
  SimulatedCluster cluster;
  cluster.reconcile();
  EXPECT_TRUE(cluster.view.has_namespace);
  EXPECT_EQ(text(cluster.view.cluster, {"status", "namespaceName"}), "cluster-prod");
}

TEST(Retention, KeepsWhatTheRulesSayAndSaysWhy) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T20:30:00Z"));
  ASSERT_EQ(cluster.view.backups.size(), 3U);
  EXPECT_EQ(text(cluster.view.backups.front(), {"metadata", "name"}), "hourly-2026-11-21t18-00-00");
  const json::Value* reasons = api::field_at(cluster.view.backups.back(), {"status", "keptBecause"});
  ASSERT_NE(reasons, nullptr);
  EXPECT_EQ(*reasons, (json::Array{"one of the last 3", "newest good backup"}));
  EXPECT_EQ(cluster.destination.size(), 3U);
}

TEST(Retention, ABackupOfNoConfigSaysThatNothingRemovesIt) {
  SimulatedCluster cluster;
  cluster.add_operation("now", R"({"type":"Backup","cluster":"prod","destination":"disk"})");
  cluster.run_until(cluster.now() + Seconds(60));
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  const auto reasons = [&] { return *api::field_at(cluster.view.backups.front(), {"status", "keptBecause"}); };
  EXPECT_EQ(reasons(), (json::Array{"no backup config removes it"}));

  member_of(cluster.view.backups.front(), "spec")["pinned"] = true;
  cluster.reconcile();

  EXPECT_EQ(reasons(), (json::Array{"pinned"}));
}

TEST(Retention, ItsReasonsAreWrittenIntoTheBackupAndItsConfigInOneLook) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T20:30:00Z"));
  member_of(cluster.view.backups.back(), "status").erase("keptBecause");

  const Plan plan = reconcile_cluster(cluster.view, cluster.now());

  ASSERT_EQ(plan.actions.size(), 1U);  // the config has them already
  EXPECT_EQ(plan.actions.front().type.kind, kBackupType.kind);
}

TEST(Retention, WhatItRemovedIsShownForAWhile) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T14:05:00Z"));
  const json::Value* entries = api::field_at(*cluster.config("hourly"), {"status", "lastBackups"});
  ASSERT_NE(entries, nullptr);
  ASSERT_EQ(entries->get_array().size(), 4U);
  EXPECT_EQ(text(entries->at(0), {"deletePhase"}), "Completed");
  EXPECT_NE(text(entries->at(0), {"deleteFinishedTime"}), "");
  cluster.run_until(at("2026-11-21T14:30:00Z"));
  EXPECT_EQ(api::array_at(*cluster.config("hourly"), {"status", "lastBackups"})->size(), 3U);
}

TEST(Retention, DeletesAtMostThreeAtOnceOldestFirst) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":20})");
  cluster.run_until(at("2026-11-22T06:30:00Z"));
  ASSERT_EQ(cluster.view.backups.size(), 20U);
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::wait; };
  spec_of(*cluster.config("hourly"))["keep"] = 5;
  cluster.reconcile();
  const auto deletes = cluster.operations("Delete");
  ASSERT_EQ(deletes.size(), 3U);
  EXPECT_EQ(text(*deletes.front(), {"spec", "backup"}), "hourly-2026-11-21t11-00-00");
  EXPECT_EQ(text(*deletes.front(), {"spec", "reason"}), "beyond keep 5");
}

TEST(Retention, ABackupPinnedAfterTheDecisionStays) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T13:30:00Z"));
  cluster.set_time(at("2026-11-21T14:00:00Z"));
  for (int i = 0; i < 3; ++i) {
    cluster.reconcile();
    if (!cluster.operations("Delete").empty()) break;
    cluster.work();
  }
  ASSERT_FALSE(cluster.operations("Delete").empty());
  spec_of(cluster.view.backups.front())["pinned"] = true;
  cluster.settle();
  EXPECT_TRUE(cluster.destination.contains("prod-hourly-2026-11-21t11-00-00.db.gz"));
  EXPECT_EQ(cluster.view.backups.size(), 4U);
}

TEST(Retention, WhatARestoreUsesStays) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T13:30:00Z"));
  json::Value restore = new_object(kRestoreType, "cluster-prod", "back");
  spec_of(restore)["backupName"] = "hourly-2026-11-21t11-00-00.db.gz";
  cluster.view.restores.push_back(restore);
  cluster.run_until(at("2026-11-21T18:30:00Z"));
  EXPECT_TRUE(cluster.destination.contains("prod-hourly-2026-11-21t11-00-00.db.gz"));
  cluster.view.restores.clear();
  cluster.settle();
  EXPECT_FALSE(cluster.destination.contains("prod-hourly-2026-11-21t11-00-00.db.gz"));
}

TEST(ClusterPlan, MakesTheNamespaceAgain) {
  SimulatedCluster cluster;
  cluster.settle();
  cluster.view.has_namespace = false;
  cluster.settle();
  EXPECT_TRUE(cluster.view.has_namespace);
}

std::vector<json::Value> namespaces_in(const Plan& plan) {
  std::vector<json::Value> found;
  for (const Action& each : plan.actions) {
    if (each.type.kind == kNamespaceType.kind) found.push_back(each.object);
  }
  return found;
}

TEST(ClusterPlan, TheNamespaceIsOfTheProjectOfTheCluster) {
  SimulatedCluster cluster;
  member_of(member_of(cluster.view.cluster, "metadata"), "labels")["project-id"] = "p1";

  const auto made = namespaces_in(reconcile_cluster(cluster.view, cluster.now()));
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(text(made.front(), {"metadata", "labels", "project-id"}), "p1");

  cluster.settle();
  cluster.view.space = made.front();
  EXPECT_TRUE(namespaces_in(reconcile_cluster(cluster.view, cluster.now())).empty());

  member_of(member_of(cluster.view.cluster, "metadata"), "labels")["project-id"] = "p2";
  const auto changed = namespaces_in(reconcile_cluster(cluster.view, cluster.now()));
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(text(changed.front(), {"metadata", "labels", "project-id"}), "p2");

  member_of(member_of(cluster.view.cluster, "metadata"), "labels").erase("project-id");
  const auto left = namespaces_in(reconcile_cluster(cluster.view, cluster.now()));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(text(left.front(), {"metadata", "labels", "project-id"}), "");
}

TEST(ClusterPlan, AClusterThatGoesLeavesItsLastProjectToItsNamespaceFirst) {
  SimulatedCluster cluster;
  cluster.settle();
  cluster.view.space = new_object(kNamespaceType, "", "cluster-prod");
  member_of(member_of(cluster.view.cluster, "metadata"), "labels")["project-id"] = "p1";
  member_of(cluster.view.cluster, "metadata")["deletionTimestamp"] = format_instant(cluster.now());

  const Plan plan = reconcile_cluster(cluster.view, cluster.now());

  ASSERT_FALSE(plan.actions.empty());
  EXPECT_EQ(text(plan.actions.front().object, {"metadata", "labels", "project-id"}), "p1");
  EXPECT_EQ(plan.actions.front().type.kind, kNamespaceType.kind);

  cluster.view.cluster = nullptr;
  EXPECT_TRUE(namespaces_in(reconcile_cluster(cluster.view, cluster.now())).empty());
}

TEST(DefaultBackups, AreMadeForAClusterOfASeedWithADefaultDestination) {
  SimulatedCluster cluster;
  set_default(cluster, "disk");
  member_of(member_of(cluster.view.cluster, "metadata"), "labels")["project-id"] = "p1";
  cluster.settle();
  const json::Value* config = cluster.config(kDefaultConfigName);
  ASSERT_NE(config, nullptr);
  EXPECT_EQ(text(*config, {"spec", "schedule"}), "@every 20m");
  EXPECT_EQ(number_at(*config, {"spec", "keep"}), 20);
  EXPECT_EQ(text(*config, {"spec", "destination"}), "disk");
  EXPECT_EQ(text(*config, {"metadata", "labels", "project-id"}), "p1");
  EXPECT_EQ(cluster.complaints, Lines{});
}

TEST(DefaultBackups, AreOverriddenBySeedAndConfiguration) {
  const auto seed =
      json::parse(R"({"spec":{"etcdBackupRestore":{"backupInterval":"90s","backupCount":7}}})", 1000).value();
  const auto configuration =
      json::parse(R"({"spec":{"seedController":{"backupInterval":"1h","backupCount":30}}})", 1000).value();
  EXPECT_EQ(default_schedule(seed, configuration), "@every 2m");
  EXPECT_EQ(default_keep(seed, configuration), 7);
  EXPECT_EQ(default_schedule({}, configuration), "@every 60m");
  EXPECT_EQ(default_keep({}, configuration), 30);
  EXPECT_EQ(default_schedule({}, {}), "@every 20m");
}

TEST(DefaultBackups, ComeBackWhenChangedOrDeletedAndKeepOtherFields) {
  SimulatedCluster cluster;
  set_default(cluster, "disk");
  cluster.settle();
  spec_of(*cluster.config(kDefaultConfigName))["schedule"] = "0 0 * * *";
  spec_of(*cluster.config(kDefaultConfigName))["keepDaily"] = 7;
  cluster.settle();
  EXPECT_EQ(text(*cluster.config(kDefaultConfigName), {"spec", "schedule"}), "@every 20m");
  EXPECT_EQ(number_at(*cluster.config(kDefaultConfigName), {"spec", "keepDaily"}), 7);
  cluster.ask_to_delete(kConfigType, kDefaultConfigName);
  cluster.settle();
  ASSERT_NE(cluster.config(kDefaultConfigName), nullptr);
}

TEST(DefaultBackups, StopWithoutADefaultDestinationAndLoseNothing) {
  SimulatedCluster cluster;
  set_default(cluster, "disk");
  cluster.run_until(at("2026-11-21T12:00:00Z"));
  const std::size_t had = cluster.destination.size();
  ASSERT_GE(had, 5U);
  set_default(cluster, "");
  cluster.run_until(at("2026-11-22T12:00:00Z"));
  EXPECT_EQ(cluster.destination.size(), had);
  set_default(cluster, "other");
  cluster.run_until(at("2026-11-22T12:30:00Z"));
  EXPECT_GT(cluster.destination.size(), had);
  EXPECT_EQ(text(*cluster.config(kDefaultConfigName), {"spec", "destination"}), "other");
}

TEST(BackupHistory, ABackupThatTurnsOutToBeDamagedIsNoSuccess) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourlyKeepThree);
  cluster.run_until(at("2026-11-21T11:00:30Z"));
  json::Object& backup = member_of(cluster.view.backups.front(), "status");
  backup["phase"] = "Damaged";
  backup["message"] = "gzip: incorrect data check";
  cluster.reconcile();
  const json::Value& config = *cluster.config("hourly");
  EXPECT_EQ(text(config, {"status", "lastResult"}), "Failed");
  EXPECT_EQ(text(config, {"status", "lastMessage"}), "it was stored, but is damaged: gzip: incorrect data check");
  EXPECT_EQ(text(config.at("status").at("lastBackups").at(0), {"backupPhase"}), "Failed");
  EXPECT_FALSE(condition_holds(config, "BackupSucceeded"));

  member_of(cluster.view.backups.front(), "status")["phase"] = "Completed";
  cluster.reconcile();
  EXPECT_EQ(text(*cluster.config("hourly"), {"status", "lastResult"}), "Completed");
  EXPECT_EQ(text(*cluster.config("hourly"), {"status", "lastMessage"}), "");
}

TEST(BackupHistory, WhatIsReallyKeptAndWhereItGoesIsInTheStatus) {
  SimulatedCluster cluster;
  set_default(cluster, "disk");
  cluster.add_config("many", R"({"schedule":"0 * * * *","keep":1000})");
  cluster.add_config("days", R"({"schedule":"0 * * * *","destination":"other","keepDaily":7})");
  cluster.reconcile();
  EXPECT_EQ(cluster.config("many")->at("status").at("effectiveKeep"), json::Value(50));
  EXPECT_EQ(text(*cluster.config("many"), {"status", "destination"}), "disk");
  EXPECT_EQ(api::field_at(*cluster.config("days"), {"status", "effectiveKeep"}), nullptr);
  EXPECT_EQ(text(*cluster.config("days"), {"status", "destination"}), "other");
}

TEST(BackupHistory, APinIsAmongTheReasonsWithAndWithoutAConfig) {
  SimulatedCluster cluster;
  cluster.add_config("once", R"({"destination":"disk"})");
  cluster.settle();
  ASSERT_EQ(cluster.view.backups.size(), 1U);
  cluster.view.backups.push_back(cluster.view.backups.front());
  json::Value& by_hand = cluster.view.backups.back();
  member_of(by_hand, "metadata")["name"] = "manual";
  member_of(by_hand, "spec")["objectKey"] = "prod-manual.db.gz";
  member_of(by_hand, "spec").erase("config");
  for (json::Value& each : cluster.view.backups)
    member_of(each, "spec")["pinned"] = true;
  cluster.reconcile();
  EXPECT_EQ(cluster.view.backups[0].at("status").at("keptBecause"), (json::Array{"one-time backup", "pinned"}));
  EXPECT_EQ(cluster.view.backups[1].at("status").at("keptBecause"), (json::Array{"pinned"}));
}

}  // namespace
}  // namespace holdfast::control
