#include "control/reconcile/launcher.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "control/reconcile/conditions.h"

namespace holdfast::control {
namespace {

const Instant kNow = at("2026-11-22T10:00:00Z");

json::Value heard(std::string_view when) {
  json::Value launcher = new_object(kLauncherType, "cluster-prod", "etcd-1");
  if (!when.empty()) member_of(launcher, "status")["lastHeartbeatTime"] = when;
  return launcher;
}

std::string ready_after(const json::Value& launcher, Instant now) {
  const Plan plan = reconcile_launcher(launcher, now);
  if (plan.actions.empty()) return "unchanged";
  const json::Object* condition = find_condition(plan.actions.at(0).object, "Ready");
  return std::string(condition->at("status").as_string());
}

TEST(LauncherPlan, ItIsReadyWhileItIsHeardOf) {
  EXPECT_EQ(ready_after(heard("2026-11-22T09:59:30Z"), kNow), "True");
  EXPECT_EQ(ready_after(heard("2026-11-22T09:59:00Z"), kNow), "True");
}

TEST(LauncherPlan, NobodyKnowsWhenNothingIsHeard) {
  EXPECT_EQ(ready_after(heard("2026-11-22T09:58:59Z"), kNow), "Unknown");
  EXPECT_EQ(ready_after(heard(""), kNow), "Unknown");
}

TEST(LauncherPlan, AWordFromTheFutureIsOneOfNow) {
  const Plan plan = reconcile_launcher(heard("2026-11-22T12:00:00Z"), kNow);

  EXPECT_EQ(ready_after(heard("2026-11-22T12:00:00Z"), kNow), "True");
  EXPECT_EQ(plan.look_again, kNow + Seconds(61));
}

TEST(LauncherPlan, ItIsLookedAtWhenItsTimeIsOver) {
  const json::Value launcher = heard("2026-11-22T09:59:30Z");
  const Plan plan = reconcile_launcher(launcher, kNow);

  ASSERT_EQ(plan.look_again, at("2026-11-22T10:00:31Z"));
  EXPECT_EQ(ready_after(plan.actions.at(0).object, *plan.look_again), "Unknown");
}

TEST(LauncherPlan, ABeatAloneIsNoReasonToWrite) {
  json::Value launcher = reconcile_launcher(heard("2026-11-22T09:59:30Z"), kNow).actions.at(0).object;
  member_of(launcher, "status")["lastHeartbeatTime"] = "2026-11-22T10:00:00Z";

  EXPECT_TRUE(reconcile_launcher(launcher, kNow + Seconds(1)).actions.empty());
}

TEST(LauncherPlan, OneThatIsSilentIsNotLookedAtAgain) {
  EXPECT_FALSE(reconcile_launcher(heard("2026-11-22T09:00:00Z"), kNow).look_again);
}

}  // namespace
}  // namespace holdfast::control
