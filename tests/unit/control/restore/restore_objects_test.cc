#include "control/restore/restore_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "control/reconcile/conditions.h"
#include "control/restore/record_json.h"

namespace holdfast::control {
namespace {

using testing::StartsWith;

json::Value parsed(std::string_view text) {
  return json::parse(text, 100'000).value();
}

class RestoreOverObjects : public testing::Test {
 protected:
  RestoreOverObjects() {
    cluster.name = "prod";
    cluster.name_space = "cluster-prod";
    cluster.cluster = parsed(R"({"metadata":{"name":"prod"},
      "spec":{"pause":false,"pauseReason":"","features":{"etcdLauncher":true}},
      "status":{"extendedHealth":{"etcd":"HealthStatusUp"},"etcd":{"revision":1000,"clusterID":"01d",
        "members":[{"name":"m1"},{"name":"m2","learner":true}]}}})");
    cluster.restores.push_back(parsed(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdRestore",
      "metadata":{"name":"r1","namespace":"cluster-prod","uid":"u1","creationTimestamp":"2026-11-22T10:00:00Z"},
      "spec":{"cluster":{"name":"prod"},"backupName":"daily","revisionBump":"auto","gracePeriod":"1h"}})"));
    launchers.push_back(parsed(R"({"metadata":{"name":"l-m1"},"spec":{"cluster":"prod","member":"m1"},
      "status":{"host":"h1","freeBytes":5000,"lastHeartbeatTime":"2026-11-22T10:00:00Z","etcd":{"starts":7},
        "reportedTime":"2026-11-22T10:00:02Z","versions":{"etcd":"3.5.21"}}})"));
  }

  json::Value& restore() { return cluster.restores.front(); }
  RestoreView view() { return view_of_restore({restore(), cluster, launchers, now}); }
  std::string status_text(std::string_view name) { return std::string(api::text_at(restore(), {"status", name})); }

  // Looks and does what is wanted, until nothing more is.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      Plan plan;
      plan_restore_course({restore(), cluster, launchers, now}, now, plan);
      if (plan.actions.empty()) return;
      for (const Action& each : plan.actions)
        carry_out(each);
    }
    ADD_FAILURE() << "it does not come to rest";
  }

  void carry_out(const Action& action) {
    if (action.type.kind == kRestoreType.kind) {
      restore() = action.object;
    } else if (action.type.kind == kClusterType.kind) {
      cluster.cluster = action.object;
    } else if (action.what == Action::What::create) {
      cluster.operations.push_back(action.object);
    } else {
      for (json::Value& each : cluster.operations) {
        if (name_of(each) == name_of(action.object)) each = action.object;
      }
    }
  }

  json::Value& operation(std::string_view type) {
    for (json::Value& each : cluster.operations) {
      if (api::text_at(each, {"spec", "type"}) == type) return each;
    }
    ADD_FAILURE() << "there is no " << type;
    return cluster.operations.emplace_back();
  }
  void finish(std::string_view type, std::string_view result) {
    json::Object& status = member_of(operation(type), "status");
    status["phase"] = "Completed";
    status["result"] = parsed(result);
    settle();
  }

  Instant now = at("2026-11-22T10:00:00Z");
  ClusterView cluster;
  std::vector<json::Value> launchers;
};

TEST_F(RestoreOverObjects, IsRead) {
  const RestoreView read = view();
  EXPECT_EQ(read.spec.grace, Seconds(3600));
  EXPECT_TRUE(read.spec.safety_backup);
  ASSERT_EQ(read.members.size(), 1U);
  EXPECT_EQ(read.members[0].starts, 7);
  EXPECT_EQ(read.members[0].clock_ahead, Seconds(2));
  EXPECT_EQ(read.etcd_members, std::vector<std::string>{"m1"}) << "a learner is not restored";
  EXPECT_TRUE(read.etcd_serves);
}

TEST_F(RestoreOverObjects, RevisionBumpIsAWordOrANumber) {
  json::Object& spec = member_of(restore(), "spec");
  spec["revisionBump"] = 5;
  EXPECT_EQ(view().spec.bump, (RevisionBump{.kind = RevisionBump::Kind::by, .by = 5}));
  spec["revisionBump"] = "7";
  EXPECT_EQ(view().spec.bump, (RevisionBump{.kind = RevisionBump::Kind::by, .by = 7}));
  spec["revisionBump"] = "off";
  EXPECT_EQ(view().spec.bump.kind, RevisionBump::Kind::off);
}

TEST_F(RestoreOverObjects, GoesItsWayAndGivesThePauseBack) {
  settle();
  EXPECT_EQ(status_text("phase"), "Started");
  finish("Preflight", R"({"revision":900,"neededBytes":10,"findings":[{"level":"Note","reason":"a","message":"b"}]})");
  EXPECT_EQ(status_text("phase"), "Staging");
  EXPECT_TRUE(has_finalizer(restore(), kRestoreFinalizer));
  EXPECT_EQ(restore_of_cluster(cluster.cluster), "r1");
  EXPECT_TRUE(api::flag_at(cluster.cluster, {"spec", "pause"}));
  EXPECT_EQ(number_at(operation("Stage"), {"spec", "order", "targetRevision"}), 1'000'001'000);
  finish("Stage", R"({"clusterID":"2e3","revision":1000001000,"hash":42})");
  EXPECT_EQ(status_text("step"), "Safety");
  finish("Backup", R"({"backupName":"before"})");
  finish("StopMember", R"({"starts":7,"revision":1005})");
  EXPECT_EQ(status_text("decision"), "Swap");
  EXPECT_EQ(number_at(operation("SwapMember"), {"spec", "order", "starts"}), 7);
  finish("SwapMember", "{}");
  finish("StartMember", R"({"clusterID":"2e3","revision":1000001000,"hash":42})");
  EXPECT_EQ(status_text("phase"), "Completed");
  EXPECT_TRUE(condition_holds(restore(), "Restored"));
  EXPECT_TRUE(condition_holds(restore(), "Undoable"));
  EXPECT_EQ(restore_of_cluster(cluster.cluster), "");
  EXPECT_FALSE(api::flag_at(cluster.cluster, {"spec", "pause"}));
}

TEST_F(RestoreOverObjects, APauseOfAnAdministratorIsRestored) {
  member_of(cluster.cluster, "spec")["pause"] = true;
  member_of(cluster.cluster, "spec")["pauseReason"] = "maintenance";
  settle();
  finish("Preflight", R"({"revision":900})");
  EXPECT_THAT(std::string(api::text_at(cluster.cluster, {"spec", "pauseReason"})), StartsWith("it is being restored"));
  member_of(restore(), "spec")["cancel"] = true;
  settle();
  EXPECT_EQ(status_text("phase"), "Failed");
  EXPECT_TRUE(api::flag_at(cluster.cluster, {"spec", "pause"}));
  EXPECT_EQ(api::text_at(cluster.cluster, {"spec", "pauseReason"}), "maintenance");
  EXPECT_TRUE(api::flag_at(operation("Stage"), {"spec", "cancel"}));
}

TEST_F(RestoreOverObjects, TheRecordIsReadAsItWasWritten) {
  settle();
  finish("Preflight", R"({"revision":900})");
  finish("Stage", R"({"clusterID":"2e3","revision":1000001000,"hash":42})");
  finish("Backup", R"({"backupName":"before"})");
  finish("StopMember", R"({"starts":7,"revision":1005})");
  const RestoreRecord record = read_record(*api::field_at(restore(), {"status"}));
  EXPECT_EQ(record.members.at(0).stopped, (Stopped{.starts = 7, .revision = 1005}));
  json::Object again;
  write_record(record, again);
  EXPECT_EQ(read_record(again), record);
}

TEST_F(RestoreOverObjects, WhatAnOlderServerDidNotCarryOutIsLeftAlone) {
  member_of(restore(), "status")["phase"] = "NotCarriedOut";
  const json::Value before = restore();
  settle();
  EXPECT_EQ(restore(), before);
  EXPECT_TRUE(cluster.operations.empty());
}

TEST_F(RestoreOverObjects, OperationsOfADeletedRestoreOfTheSameNameAreNotIts) {
  settle();
  finish("Preflight", R"({"revision":900})");
  restore() = parsed(R"({"metadata":{"name":"r1","namespace":"cluster-prod","uid":"u2"},
    "spec":{"cluster":{"name":"prod"},"backupName":"daily"}})");
  EXPECT_FALSE(view().preflight);
  EXPECT_TRUE(view().orders.empty());
}

}  // namespace
}  // namespace holdfast::control
