#include "control/reconcile/backup_config.h"

#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

constexpr const char* kHourly = R"({"schedule":"0 * * * *","destination":"disk","spread":"0s"})";
constexpr const char* kOnce = R"({"destination":"disk"})";

std::string text(const json::Value* object, api::FieldNames names) {
  return object == nullptr ? "" : std::string(api::text_at(*object, names));
}

std::vector<std::string> entries(const json::Value* config, std::string_view member = "lastBackups") {
  std::vector<std::string> lines;
  const json::Array* list = config == nullptr ? nullptr : api::array_at(*config, {"status", member});
  if (list == nullptr) return lines;
  for (const json::Value& each : *list)
    lines.push_back(fmt::format("{} {}", api::text_at(each, {"backupName"}), api::text_at(each, {"backupPhase"})));
  return lines;
}

std::string scheduling(const json::Value* config) {
  const json::Object* found = find_condition(*config, "SchedulingActive");
  return found == nullptr ? "" : text(config, {}) + std::string(found->at("reason").get_string());
}

using Lines = std::vector<std::string>;

TEST(ConfigPlan, AOneTimeConfigMakesOneOperationWithKkpNames) {
  SimulatedCluster cluster;
  cluster.add_config("once", kOnce);
  cluster.reconcile();
  ASSERT_EQ(cluster.made.size(), 1U);
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "backupName"}), "once.db.gz");
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "objectKey"}), "prod-once.db.gz");
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "scheduledTime"}), "2026-11-21T10:00:00Z");
  EXPECT_EQ(entries(cluster.config("once")), Lines{"once.db.gz Pending"});
  EXPECT_EQ(cluster.complaints, Lines{});
}

TEST(ConfigPlan, AOneTimeConfigIsNeverDueAgain) {
  SimulatedCluster cluster;
  cluster.add_config("once", kOnce);
  cluster.run_until(cluster.now() + Seconds(86400 * 30));
  EXPECT_EQ(cluster.made.size(), 1U);
  EXPECT_EQ(entries(cluster.config("once")), Lines{"once.db.gz Completed"});
  EXPECT_TRUE(cluster.view.operations.empty()) << "what ended is forgotten";
  EXPECT_EQ(cluster.complaints, Lines{});
}

TEST(ConfigPlan, AOneTimeConfigMadeAgainSparesTheBackupBeforeIt) {
  SimulatedCluster cluster;
  cluster.add_config("once", kOnce);
  cluster.settle();
  cluster.ask_to_delete(kConfigType, "once");
  cluster.settle();
  ASSERT_EQ(cluster.config("once"), nullptr);
  cluster.advance(Seconds(60));
  cluster.add_config("once", kOnce);
  cluster.settle();
  EXPECT_TRUE(cluster.destination.contains("prod-once.db.gz"));
  EXPECT_TRUE(cluster.destination.contains("prod-once-2026-11-21t10-01-00.db.gz"));
}

TEST(ConfigPlan, ASlotIsNamedExactlyAndSaysWhenTheNextOneIs) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.settle();
  EXPECT_EQ(cluster.made.size(), 0U);
  EXPECT_EQ(text(cluster.config("hourly"), {"status", "nextRunTime"}), "2026-11-21T11:00:00Z");
  ASSERT_TRUE(cluster.look_again());
  EXPECT_EQ(*cluster.look_again(), at("2026-11-21T11:00:00Z"));
  cluster.set_time(at("2026-11-21T11:00:00Z"));
  cluster.settle();
  EXPECT_EQ(entries(cluster.config("hourly")), Lines{"hourly-2026-11-21t11-00-00.db.gz Completed"});
  EXPECT_EQ(entries(cluster.config("hourly"), "currentBackups"), entries(cluster.config("hourly")));
  EXPECT_EQ(text(cluster.config("hourly"), {"status", "nextRunTime"}), "2026-11-21T12:00:00Z");
  EXPECT_EQ(text(cluster.config("hourly"), {"status", "lastResult"}), "Completed");
  EXPECT_TRUE(condition_holds(*cluster.config("hourly"), "BackupSucceeded"));
}

TEST(ConfigPlan, MissedSlotsBecomeOneCatchUpThatSaysSo) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.settle();
  cluster.set_time(at("2026-11-21T15:30:00Z"));
  cluster.settle();
  ASSERT_EQ(cluster.made.size(), 1U);
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "scheduledTime"}), "2026-11-21T15:00:00Z");
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "reason"}),
            "schedule; makes up for the slots missed since 2026-11-21T11:00:00Z");
}

TEST(ConfigPlan, ASlotThatComesWhileTheOneBeforeRunsIsRecordedAsSkipped) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::wait; };
  cluster.settle();
  cluster.set_time(at("2026-11-21T11:00:00Z"));
  cluster.settle();
  cluster.set_time(at("2026-11-21T12:00:00Z"));
  cluster.settle();
  EXPECT_EQ(cluster.made.size(), 1U);
  EXPECT_EQ(entries(cluster.config("hourly")),
            (Lines{"hourly-2026-11-21t11-00-00.db.gz Running", "hourly-2026-11-21t12-00-00 Skipped"}));
  EXPECT_EQ(text(cluster.config("hourly"), {"status", "lastResult"}), "Skipped");
}

TEST(ConfigPlan, AFailureStaysInTheStatusWhenItsOperationIsForgotten) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.settle();
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::fail_for_good; };
  cluster.run_until(at("2026-11-21T11:00:10Z"));
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::succeed; };
  cluster.run_until(at("2026-11-21T13:30:00Z"));
  EXPECT_EQ(entries(cluster.config("hourly")),
            (Lines{"hourly-2026-11-21t11-00-00.db.gz Failed", "hourly-2026-11-21t12-00-00.db.gz Completed",
                   "hourly-2026-11-21t13-00-00.db.gz Completed"}));
  EXPECT_EQ(text(&cluster.config("hourly")->at("status").at("lastBackups").at(0), {"backupMessage"}), "no such bucket");
}

TEST(ConfigPlan, ABackupByHandIsNoSlot) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.settle();
  cluster.set_time(at("2026-11-21T10:30:00Z"));
  cluster.add_operation("now", R"({"type":"Backup","cluster":"prod","config":"hourly"})");
  cluster.settle();
  EXPECT_EQ(entries(cluster.config("hourly")), Lines{"hourly-2026-11-21t10-30-00.db.gz Completed"});
  cluster.set_time(at("2026-11-21T11:00:00Z"));
  cluster.settle();
  EXPECT_EQ(entries(cluster.config("hourly")),
            (Lines{"hourly-2026-11-21t10-30-00.db.gz Completed", "hourly-2026-11-21t11-00-00.db.gz Completed"}));
}

struct ObstacleCase {
  const char* reason;
  void (*put)(SimulatedCluster&);
  void (*take_away)(SimulatedCluster&);
};

class ConfigObstacle : public testing::TestWithParam<ObstacleCase> {};

TEST_P(ConfigObstacle, HoldsBackupsUpAndLosesNone) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.settle();
  GetParam().put(cluster);
  cluster.set_time(at("2026-11-21T13:10:00Z"));
  cluster.settle();
  EXPECT_EQ(cluster.made.size(), 0U);
  EXPECT_EQ(scheduling(cluster.config("hourly")), GetParam().reason);
  GetParam().take_away(cluster);
  cluster.settle();
  ASSERT_EQ(cluster.made.size(), 1U);
  EXPECT_EQ(text(&cluster.made.front(), {"spec", "scheduledTime"}), "2026-11-21T13:00:00Z");
  EXPECT_EQ(scheduling(cluster.config("hourly")), "Scheduled");
}

json::Object& spec_of_cluster(SimulatedCluster& cluster) {
  return member_of(cluster.view.cluster, "spec");
}

INSTANTIATE_TEST_SUITE_P(
    All, ConfigObstacle,
    testing::Values(
        ObstacleCase{"Suspended", [](SimulatedCluster& c) { member_of(*c.config("hourly"), "spec")["suspend"] = true; },
                     [](SimulatedCluster& c) { member_of(*c.config("hourly"), "spec")["suspend"] = false; }},
        ObstacleCase{"Paused", [](SimulatedCluster& c) { spec_of_cluster(c)["pause"] = true; },
                     [](SimulatedCluster& c) { spec_of_cluster(c)["pause"] = false; }},
        ObstacleCase{"NoEndpoints",
                     [](SimulatedCluster& c) { member_of(spec_of_cluster(c), "etcd")["endpoints"] = json::Array(); },
                     [](SimulatedCluster& c) {
                       member_of(spec_of_cluster(c), "etcd")["endpoints"] = json::Array{"127.0.0.1:2379"};
                     }},
        ObstacleCase{"NoDestination",
                     [](SimulatedCluster& c) { member_of(*c.config("hourly"), "spec")["destination"] = "gone"; },
                     [](SimulatedCluster& c) { member_of(*c.config("hourly"), "spec")["destination"] = "other"; }}),
    [](const auto& each) { return std::string(each.param.reason); });

TEST(ConfigPlan, StopsWhenRemovalsDoNotWork) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":2})");
  cluster.fate = [](const json::Value& operation) {
    return is_operation(operation, "Delete") ? SimulatedCluster::Step::fail_for_good : SimulatedCluster::Step::succeed;
  };
  cluster.run_until(cluster.now() + Seconds(86400));
  EXPECT_EQ(scheduling(cluster.config("hourly")), "TooManyBackups");
  EXPECT_EQ(cluster.view.backups.size(), 5U) << "2 are kept, 3 wait";
  cluster.fate = [](const json::Value&) { return SimulatedCluster::Step::succeed; };
  cluster.run_until(cluster.now() + Seconds(2 * 86400));
  EXPECT_EQ(cluster.view.backups.size(), 2U);
  EXPECT_EQ(cluster.complaints, Lines{});
}

}  // namespace
}  // namespace holdfast::control
