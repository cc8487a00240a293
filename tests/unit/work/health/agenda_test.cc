#include "work/health/agenda.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::work {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Lane = Agenda::Lane;

const os::SteadyTime kStart{};

std::string take(Agenda& agenda, os::SteadyTime now, Lane lane = Lane::prompt) {
  return agenda.take(lane, now).value_or("");
}

TEST(Agenda, ANewClusterIsDueAtOnceAndGivenOnce) {
  Agenda agenda({});
  agenda.put("a", 1, kStart);
  EXPECT_EQ(take(agenda, kStart), "a");
  EXPECT_EQ(take(agenda, kStart + minutes(9)), "") << "it is being asked";
}

TEST(Agenda, AsksAgainWithinAndThenAfterThirtySeconds) {
  Agenda agenda({});
  agenda.put("a", 1, kStart);
  ASSERT_EQ(take(agenda, kStart), "a");
  agenda.done("a", true, kStart);
  ASSERT_EQ(take(agenda, kStart + seconds(30)), "a");
  agenda.done("a", true, kStart + seconds(30));
  EXPECT_EQ(take(agenda, kStart + seconds(59)), "");
  EXPECT_EQ(take(agenda, kStart + seconds(60)), "a");
}

TEST(Agenda, SpreadsClustersThatCameTogether) {
  Agenda agenda({.apart = Duration(1), .at_once = 1000});
  for (int i = 0; i < 100; ++i)
    agenda.put(fmt::format("cluster-{}", i), 1, kStart);
  for (int i = 0; i < 100; ++i)
    agenda.done(take(agenda, kStart + seconds(1)), true, kStart + seconds(1));
  int in_ten_seconds = 0;
  while (!take(agenda, kStart + seconds(11)).empty())
    ++in_ten_seconds;
  EXPECT_GT(in_ten_seconds, 10);
  EXPECT_LT(in_ten_seconds, 60);
}

TEST(Agenda, ManyClustersHaveTheirTurnLessOften) {
  Agenda agenda({});
  for (int i = 0; i < 10'000; ++i)
    agenda.put(fmt::format("cluster-{}", i), 1, kStart);
  EXPECT_EQ(agenda.interval(), seconds(1000));
  int looks = 0;
  for (os::SteadyTime now = kStart; now < kStart + minutes(10); now += milliseconds(50)) {
    for (std::string cluster = take(agenda, now); !cluster.empty(); cluster = take(agenda, now)) {
      ++looks;
      agenda.done(cluster, true, now);
    }
  }
  EXPECT_NEAR(looks, 6000, 20) << "10 a second";
  agenda.remove("cluster-1");
  EXPECT_EQ(agenda.interval(), milliseconds(999'900));
}

TEST(Agenda, ALargeClusterTakesThePlaceOfSmallOnes) {
  Agenda agenda({.apart = seconds(1), .at_once = 1});
  agenda.put("large", 3, kStart);
  agenda.put("small", 1, kStart);
  EXPECT_EQ(take(agenda, kStart), "large");
  EXPECT_EQ(take(agenda, kStart + seconds(2)), "");
  EXPECT_EQ(take(agenda, kStart + seconds(3)), "small");
}

TEST(Agenda, WhoDoesNotAnswerIsAskedLessAndLessOftenInALaneOfItsOwn) {
  Agenda agenda({});
  agenda.put("a", 1, kStart);
  ASSERT_EQ(take(agenda, kStart), "a");
  agenda.done("a", false, kStart);
  os::SteadyTime now = kStart + seconds(30);
  for (const int pause : {60, 120, 240, 300, 300}) {
    ASSERT_EQ(take(agenda, now), "") << "the prompt lane waits for nobody";
    ASSERT_EQ(take(agenda, now, Lane::slow), "a");
    agenda.done("a", false, now);
    EXPECT_EQ(take(agenda, now + seconds(pause - 1), Lane::slow), "");
    now += seconds(pause);
  }
  ASSERT_EQ(take(agenda, now, Lane::slow), "a");
  agenda.done("a", true, now);
  EXPECT_EQ(take(agenda, now + seconds(30)), "a");
}

TEST(Agenda, AChangeIsLookedAtAtOnceAlsoWhenItCameDuringALook) {
  Agenda agenda({});
  agenda.put("a", 1, kStart);
  ASSERT_EQ(take(agenda, kStart), "a");
  agenda.hurry("a", kStart);
  agenda.done("a", false, kStart);
  ASSERT_EQ(take(agenda, kStart), "a");
  agenda.done("a", false, kStart);
  agenda.hurry("a", kStart + seconds(1));
  EXPECT_EQ(take(agenda, kStart + seconds(1)), "a");
}

TEST(Agenda, ForgetsWhatWasRemovedAlsoDuringALook) {
  Agenda agenda({});
  agenda.put("a", 1, kStart);
  agenda.put("b", 1, kStart);
  ASSERT_EQ(take(agenda, kStart), "a");
  agenda.remove("a");
  agenda.remove("b");
  agenda.done("a", true, kStart);
  agenda.hurry("b", kStart);
  EXPECT_EQ(agenda.size(), 0U);
  EXPECT_EQ(take(agenda, kStart + minutes(1)), "");
}

}  // namespace
}  // namespace holdfast::work
