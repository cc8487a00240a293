#include "control/events/correlator.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Happening happening(std::string message, bool warning = true, std::string uid = "u1") {
  return {.type = kClusterType,
          .about = {.name_space = "", .name = "prod"},
          .uid = std::move(uid),
          .warning = warning,
          .reason = "Thing",
          .message = std::move(message)};
}

TEST(Correlator, CountsTheSameWarningTogetherAndOthersApart) {
  Correlator correlator;
  const auto first = correlator.judge(happening("a"), {});
  const auto again = correlator.judge(happening("a"), {});
  const auto other = correlator.judge(happening("b"), {});
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->key, again->key);
  EXPECT_NE(first->key, other->key);
}

TEST(Correlator, GoodNewsOfOneReasonAreOneEvent) {
  Correlator correlator;
  const auto first = correlator.judge(happening("stored 1", false), {});
  const auto second = correlator.judge(happening("stored 2", false), {});
  EXPECT_EQ(first->key, second->key);
  EXPECT_EQ(second->message, "stored 2");
}

TEST(Correlator, CombinesManySimilarWarningsUntilTheyCease) {
  Correlator correlator;
  std::set<std::string> keys;
  for (int i = 0; i < 20; ++i)
    keys.insert(correlator.judge(happening(fmt::format("port {}", i)), {})->key);
  EXPECT_EQ(keys.size(), kSimilarEvents + 1);
  EXPECT_EQ(correlator.judge(happening("port 20"), {})->message, "(combined from similar events): port 20");
  const os::SteadyTime later = os::SteadyTime{} + kSimilarWithin + seconds(1);
  EXPECT_EQ(correlator.judge(happening("port 21"), later)->message, "port 21");
}

TEST(Correlator, OneResourceMaySayOnlySoMuch) {
  Correlator correlator;
  const os::SteadyTime start{};
  int passed = 0;
  for (int i = 0; i < 1000; ++i)
    passed += correlator.judge(happening("a"), start) ? 1 : 0;
  EXPECT_EQ(passed, static_cast<int>(kEventBurst));
  EXPECT_TRUE(correlator.judge(happening("a", true, "u2"), start)) << "another one is not held back by it";
  EXPECT_TRUE(correlator.judge(happening("a"), start + kEventRefill));
  EXPECT_FALSE(correlator.judge(happening("a"), start + kEventRefill));
}

TEST(Correlator, DoesNotRememberEverybody) {
  Correlator correlator;
  for (std::size_t i = 0; i < 3 * kMostCorrelated; ++i)
    EXPECT_TRUE(correlator.judge(happening("a", true, fmt::to_string(i)), os::SteadyTime{} + seconds(1)));
  EXPECT_LE(correlator.remembered(), kMostCorrelated);
}

TEST(Correlator, ForgetsTheQuietOnesFirst) {
  Correlator correlator;
  for (std::size_t i = 0; i + 1 < kMostCorrelated; ++i)
    correlator.judge(happening("a", true, fmt::to_string(i)), {});
  const os::SteadyTime later = os::SteadyTime{} + minutes(30);
  for (int i = 0; i < 30; ++i)
    correlator.judge(happening("a", true, "busy"), later);
  ASSERT_FALSE(correlator.judge(happening("a", true, "busy"), later));
  correlator.judge(happening("a", true, "new"), later);
  EXPECT_LE(correlator.remembered(), 3U);
  EXPECT_FALSE(correlator.judge(happening("a", true, "busy"), later)) << "it is remembered";
}

}  // namespace
}  // namespace holdfast::control
