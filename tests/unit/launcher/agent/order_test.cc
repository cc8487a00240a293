#include "launcher/agent/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fields.h"

namespace holdfast::launcher {
namespace {

using std::chrono::seconds;

const WallTime kNow = parse_time("2026-11-22T09:00:00Z").value();

json::Value operation(std::string_view phase, std::string_view launcher = "etcd-1") {
  return json::Object{{"metadata", json::Object{{"name", "o"}, {"namespace", "cluster-prod"}, {"uid", "u"}}},
                      {"spec", json::Object{{"type", "Stage"}, {"launcher", launcher}, {"restore", "r"}}},
                      {"status", json::Object{{"phase", phase}}}};
}

TEST(Order, IsReadFromItsOperation) {
  const auto read = read_order(operation(""), "etcd-1");

  ASSERT_TRUE(read);
  EXPECT_FALSE(read->ended);
  EXPECT_EQ(read->order.type, "Stage");
  EXPECT_EQ(read->order.restore, "r");
}

TEST(Order, OfAnotherLauncherIsNone) {
  EXPECT_FALSE(read_order(operation("", "etcd-2"), "etcd-1"));
  EXPECT_FALSE(read_order(operation("", ""), "etcd-1"));
  EXPECT_FALSE(read_order(operation("", ""), ""));
}

TEST(Order, EndsInEveryPhaseButTwo) {
  for (const char* phase : {"Completed", "Failed", "Skipped", "Cancelled"})
    EXPECT_TRUE(read_order(operation(phase), "etcd-1")->ended) << phase;
  for (const char* phase : {"Pending", "Running"})
    EXPECT_FALSE(read_order(operation(phase), "etcd-1")->ended) << phase;
}

TEST(Order, AnErrorIsItsFailureWithWhatToDo) {
  const json::Value status = outcome_of(tl::unexpected(no_handler("Stage")), kNow);

  EXPECT_EQ(api::text_at(status, {"phase"}), "Failed");
  EXPECT_THAT(std::string(api::text_at(status, {"message"})),
              testing::HasSubstr("cannot carry out orders of type Stage"));
  EXPECT_FALSE(api::text_at(status, {"hint"}).empty());
  EXPECT_EQ(api::text_at(status, {"errorCode"}), "UNSUPPORTED");
}

TEST(Order, WhatComesOutIsItsResult) {
  const json::Value status = outcome_of(json::Object{{"revision", 5}}, kNow);

  EXPECT_EQ(api::text_at(status, {"phase"}), "Completed");
  EXPECT_EQ(api::field_at(status, {"result", "revision"})->to_number<int>(), 5);
  EXPECT_TRUE(api::field_at(status, {"message"})->is_null());
}

TEST(BackOff, GrowsFromOneSecondToThirty) {
  EXPECT_EQ(back_off(1), seconds(1));
  EXPECT_EQ(back_off(2), seconds(2));
  EXPECT_EQ(back_off(5), seconds(16));
  EXPECT_EQ(back_off(6), seconds(30));
  EXPECT_EQ(back_off(1000), seconds(30));
}

}  // namespace
}  // namespace holdfast::launcher
