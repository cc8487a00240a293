#include "work/attempt.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace holdfast::work {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(Attempt, TellsItsProgressOnceItHasRunAWhile) {
  test::FakeClock clock;
  Attempt attempt(clock);
  attempt.update({.phase = "save", .done = 1000, .total = 4000});
  EXPECT_FALSE(attempt.news()) << "it may be over in a moment";
  clock.advance(seconds(3));
  const auto news = attempt.news();
  ASSERT_TRUE(news);
  EXPECT_EQ(news->at("text"), json::Value("1.0 kB of 4.0 kB"));
  EXPECT_EQ(news->at("totalBytes"), json::Value(4000));
  EXPECT_FALSE(attempt.news()) << "nothing is new";
}

TEST(Attempt, StandsStillWhenNothingMoves) {
  test::FakeClock clock;
  Attempt attempt(clock);
  clock.advance(minutes(1));
  attempt.update({.phase = "save", .done = 10, .total = {}});
  EXPECT_EQ(attempt.still_for(), Duration(0));
  clock.advance(minutes(2));
  attempt.update({.phase = "save", .done = 10, .total = {}});
  EXPECT_EQ(attempt.still_for(), minutes(2));
}

TEST(Attempt, TheFirstReasonToStopCounts) {
  test::FakeClock clock;
  Attempt attempt(clock);
  EXPECT_EQ(attempt.reason(), StopReason::none);
  attempt.stop(StopReason::stalled);
  attempt.stop(StopReason::shut_down);
  EXPECT_EQ(attempt.reason(), StopReason::stalled);
  EXPECT_TRUE(attempt.token().stop_requested());
}

}  // namespace
}  // namespace holdfast::work
