#include "control/manager/clock_watch.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace holdfast::control {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class ClockWatchTest : public testing::Test {
 protected:
  test::FakeClock clock_;
  ClockWatch watch_{clock_};
};

TEST_F(ClockWatchTest, AClockThatGoesOnWasNotSet) {
  clock_.advance(hours(1000));
  EXPECT_FALSE(watch_.was_set());
}

TEST_F(ClockWatchTest, SaysOnceThatItWasSetForward) {
  clock_.set_wall_time(clock_.now() + hours(24));
  EXPECT_TRUE(watch_.was_set());
  EXPECT_FALSE(watch_.was_set());
}

TEST_F(ClockWatchTest, NoticesAClockThatWasSetBack) {
  clock_.set_wall_time(clock_.now() - seconds(6));
  EXPECT_TRUE(watch_.was_set());
}

TEST_F(ClockWatchTest, SmallStepsAreNoticedWhenTheyHaveAddedUp) {
  clock_.set_wall_time(clock_.now() + seconds(3));
  EXPECT_FALSE(watch_.was_set());
  clock_.set_wall_time(clock_.now() + seconds(3));
  EXPECT_TRUE(watch_.was_set());
}

}  // namespace
}  // namespace holdfast::control
