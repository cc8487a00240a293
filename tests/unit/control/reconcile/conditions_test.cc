#include "control/reconcile/conditions.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

TEST(Conditions, TheTimeOfTheTransitionChangesOnlyWhenItTurns) {
  json::Object status;
  set_condition(status, {.type = "Ready", .holds = true, .reason = "Fine", .message = ""}, at("2026-01-01T00:00:00Z"),
                1);
  set_condition(status, {.type = "Ready", .holds = true, .reason = "Better", .message = "x"},
                at("2026-01-02T00:00:00Z"), 2);
  const json::Value object(json::Object{{"status", status}});
  const json::Object* found = find_condition(object, "Ready");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->at("lastTransitionTime"), json::Value("2026-01-01T00:00:00Z"));
  EXPECT_EQ(found->at("reason"), json::Value("Better"));
  EXPECT_EQ(found->at("observedGeneration"), json::Value(2));
  set_condition(status, {.type = "Ready", .holds = false, .reason = "Gone", .message = ""}, at("2026-01-03T00:00:00Z"),
                2);
  EXPECT_EQ(status.at("conditions").at(0).at("lastTransitionTime"), json::Value("2026-01-03T00:00:00Z"));
}

TEST(Conditions, AreFoundByType) {
  json::Object status;
  set_condition(status, {.type = "A", .holds = false, .reason = "r", .message = ""}, kFirstInstant, 0);
  set_condition(status, {.type = "B", .holds = true, .reason = "r", .message = ""}, kFirstInstant, 0);
  const json::Value object(json::Object{{"status", status}});
  EXPECT_FALSE(condition_holds(object, "A"));
  EXPECT_TRUE(condition_holds(object, "B"));
  EXPECT_EQ(find_condition(object, "C"), nullptr);
}

}  // namespace
}  // namespace holdfast::control
