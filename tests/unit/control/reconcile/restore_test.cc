#include "control/reconcile/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"

namespace holdfast::control {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RestorePlan : public testing::Test {
 protected:
  RestorePlan() {
    cluster.add_config("hourly", R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":3})");
    cluster.run_until(at("2026-11-21T13:30:00Z"));
    enable_launcher();
  }

  void enable_launcher() {
    json::Object& spec = member_of(cluster.view.cluster, "spec");
    member_of(spec, "features")["etcdLauncher"] = true;
  }

  const json::Value& restore_from(std::string_view backup_name, std::string_view destination = "disk") {
    json::Value restore = new_object(kRestoreType, "cluster-prod", "cluster-restore");
    json::Object& spec = member_of(restore, "spec");
    spec["cluster"] = json::Object{{"name", "prod"}};
    spec["backupName"] = backup_name;
    if (!destination.empty()) spec["destination"] = destination;
    cluster.view.restores.assign(1, restore);
    cluster.reconcile();
    return cluster.view.restores.front();
  }

  static std::string reason(const json::Value& restore, std::string_view type) {
    const json::Object* found = find_condition(restore, type);
    return found == nullptr ? "" : std::string(found->at("reason").get_string());
  }
  static std::string message(const json::Value& restore) {
    return std::string(api::text_at(restore, {"status", "message"}));
  }

  SimulatedCluster cluster;
};

TEST_F(RestorePlan, FindsItsBackupAndSaysThatItIsNotCarriedOut) {
  const json::Value& restore = restore_from("hourly-2026-11-21t12-00-00.db.gz");
  EXPECT_TRUE(condition_holds(restore, "BackupUsable"));
  EXPECT_EQ(reason(restore, "Progressing"), "NotCarriedOut");
  EXPECT_EQ(api::text_at(restore, {"status", "phase"}), "NotCarriedOut");
  EXPECT_THAT(message(restore), StartsWith("this server checks and shows restores but does not carry them out yet"));
  EXPECT_THAT(message(restore), HasSubstr("prod-hourly-2026-11-21t12-00-00.db.gz in destination disk"));
}

TEST_F(RestorePlan, TakesTheNameInTheFormOfTheDocuments) {
  EXPECT_EQ(reason(restore_from("hourly-2026-11-21T12:00:00"), "BackupUsable"), "Found");
  EXPECT_EQ(reason(restore_from("hourly-2026-11-21T12:00:00", ""), "BackupUsable"), "Found");
  EXPECT_EQ(reason(restore_from("prod-hourly-2026-11-21T12:00:00"), "BackupUsable"), "Found");
}

TEST_F(RestorePlan, SaysWhatIsWrongWithTheName) {
  EXPECT_EQ(reason(restore_from("daily-2026-11-21T12:00:00"), "BackupUsable"), "NotFound");
  EXPECT_EQ(reason(restore_from("hourly-2026-11-21T12:00:01"), "BackupUsable"), "NotFound");
  const json::Value& elsewhere = restore_from("hourly-2026-11-21T12:00:00", "other");
  EXPECT_EQ(reason(elsewhere, "BackupUsable"), "OtherDestination");
  EXPECT_THAT(message(elsewhere), HasSubstr("in destination other, but one in disk"));
}

TEST_F(RestorePlan, IsNotReadyForADamagedBackup) {
  member_of(cluster.view.backups.back(), "status")["phase"] = "Damaged";
  const json::Value& restore = restore_from("hourly-2026-11-21t13-00-00.db.gz");
  EXPECT_EQ(reason(restore, "BackupUsable"), "Damaged");
  EXPECT_EQ(reason(restore, "Progressing"), "BackupNotUsable");
}

TEST_F(RestorePlan, AClusterWithoutLauncherGivesThePhaseOfTheDocuments) {
  member_of(cluster.view.cluster, "spec").erase("features");
  const json::Value& restore = restore_from("hourly-2026-11-21t12-00-00.db.gz");
  EXPECT_EQ(api::text_at(restore, {"status", "phase"}), "EtcdLauncherNotEnabled");
  EXPECT_THAT(message(restore), StartsWith("this server checks and shows restores but does not carry them out yet"));
  EXPECT_THAT(message(restore), HasSubstr("spec.features.etcdLauncher"));

  enable_launcher();
  cluster.reconcile();
  EXPECT_EQ(api::text_at(cluster.view.restores.front(), {"status", "phase"}), "NotCarriedOut");
}

TEST_F(RestorePlan, OneThatEndedStaysAsItIs) {
  restore_from("hourly-2026-11-21t12-00-00.db.gz");
  json::Object& status = member_of(cluster.view.restores.front(), "status");
  status["phase"] = "Completed";
  status["message"] = "done";
  cluster.reconcile();
  EXPECT_EQ(message(cluster.view.restores.front()), "done");
}

}  // namespace
}  // namespace holdfast::control
