#include "control/reconcile/config_spec.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

json::Value config(std::string_view spec) {
  json::Value object = new_object(kConfigType, "cluster-prod", "nightly");
  object.get_object()["spec"] = json::parse(spec, 1000).value();
  return object;
}

TEST(ConfigSpec, ReadsScheduleAndPolicy) {
  const auto spec =
      read_config(config(R"({"schedule":"TZ=Europe/Berlin 0 1 * * *","keep":3,"keepDaily":7,"keepWithin":"2d"})"));
  ASSERT_TRUE(spec);
  ASSERT_TRUE(spec->schedule);
  EXPECT_EQ(spec->policy.keep, 3);
  EXPECT_EQ(spec->policy.keep_daily, 7);
  EXPECT_EQ(spec->policy.keep_within, Seconds(2 * 86400));
  EXPECT_EQ(spec->policy.zone.name(), "Europe/Berlin");
  EXPECT_FALSE(spec->policy.one_time);
}

TEST(ConfigSpec, WithoutScheduleItIsOneTime) {
  for (const char* text : {"{}", R"({"schedule":""})", R"({"schedule":"  "})"}) {
    const auto spec = read_config(config(text));
    ASSERT_TRUE(spec);
    EXPECT_FALSE(spec->schedule);
    EXPECT_TRUE(spec->policy.one_time);
  }
}

TEST(ConfigSpec, TheSpreadBoundsTheStart) {
  EXPECT_EQ(read_config(config(R"({"schedule":"0 1 * * *","spread":"0s"})"))->start_offset, Seconds(0));
  EXPECT_LE(read_config(config(R"({"schedule":"0 1 * * *","spread":"10s"})"))->start_offset, Seconds(10));
  EXPECT_LE(read_config(config(R"({"schedule":"0 1 * * *"})"))->start_offset, Seconds(300));
}

TEST(RuleHooks, RefuseSchedulesThatCannotWork) {
  const api::RuleHooks hooks = rule_hooks();
  EXPECT_EQ(hooks.check_schedule("@every 20m"), "");
  EXPECT_NE(hooks.check_schedule("0 0 30 2 *"), "");
  EXPECT_NE(hooks.check_schedule("@every 1s"), "");
  EXPECT_NE(hooks.check_schedule("often"), "");
}

TEST(RuleHooks, RefuseNamesThatLookLikeSlots) {
  const api::RuleHooks hooks = rule_hooks();
  EXPECT_EQ(hooks.check_name("prod", "nightly"), "");
  EXPECT_NE(hooks.check_name("prod", "nightly-2026-01-01t00-00-00"), "");
}

TEST(RuleHooks, NameTheFieldOfAWrongPolicy) {
  const api::RuleHooks hooks = rule_hooks();
  const auto causes = hooks.check_retention(json::parse(R"({"keepWithin":"x","keepLast":20000})", 100)->get_object());
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0].field, "spec.keepWithin");
  EXPECT_EQ(causes[1].field, "spec.keepLast");
}

}  // namespace
}  // namespace holdfast::control
