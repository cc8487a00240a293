#include "launcher/supervise/child/restart_delay.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::launcher {
namespace {

using std::chrono::seconds;

TEST(RestartDelay, DoublesFromOneSecondToAMinute) {
  const Duration delays[] = {seconds(1), seconds(2), seconds(4), seconds(8), seconds(16), seconds(32), seconds(60)};
  std::uint32_t ends = 0;
  for (const Duration delay : delays) {
    ends = ends_in_a_row(ends, seconds(3));
    EXPECT_EQ(restart_delay(ends), delay);
  }
}

// Any story of runs: the delay is always within its limits, never shorter than the one before it unless etcd ran for
// five minutes, and a second after that.
TEST(RestartDelay, GrowsUntilEtcdRanForFiveMinutes) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& runs) {
    std::uint32_t ends = 0;
    Duration before{};
    for (const std::uint32_t run : runs) {
      const Duration ran = seconds(run % 400);
      ends = ends_in_a_row(ends, ran);
      const Duration delay = restart_delay(ends);
      RC_ASSERT(delay >= kFirstRestartDelay && delay <= kLongestRestartDelay);
      if (ran >= kSteadyRun) RC_ASSERT(delay == kFirstRestartDelay);
      if (ran < kSteadyRun)
        RC_ASSERT(delay == std::min(std::max(2 * before, kFirstRestartDelay), kLongestRestartDelay));
      before = delay;
    }
  }));
}

TEST(RestartDelay, IsBoundedAfterAnyNumberOfEnds) {
  EXPECT_TRUE(rc::check([](std::uint32_t ends) {
    RC_ASSERT(ends_in_a_row(ends, seconds(0)) >= ends);
    RC_ASSERT(restart_delay(ends) <= kLongestRestartDelay);
    RC_ASSERT(restart_delay(ends) >= kFirstRestartDelay);
  }));
  EXPECT_EQ(ends_in_a_row(~0U, seconds(0)), ~0U);
}

}  // namespace
}  // namespace holdfast::launcher
