#include "control/manager/waker.h"

#include <thread>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace holdfast::control {
namespace {

using std::chrono::hours;

TEST(Waker, EndsASleep) {
  test::FakeClock clock(test::FakeClock::Sleep::waits);
  Waker waker(clock);
  std::jthread sleeper([&] { waker.wait(hours(1), {}); });
  clock.wait_for_sleepers(1);
  waker.wake();
  sleeper.join();
  EXPECT_EQ(clock.sleeps().size(), 1U);
}

TEST(Waker, RemembersThatItWasWokenBeforeTheSleep) {
  test::FakeClock clock(test::FakeClock::Sleep::waits);
  Waker waker(clock);
  waker.wake();
  waker.wait(hours(1), {});
  EXPECT_TRUE(clock.sleeps().empty());
  std::stop_source stop;
  std::jthread sleeper([&] { waker.wait(hours(1), stop.get_token()); });
  clock.wait_for_sleepers(1);
  stop.request_stop();
}

TEST(Waker, SleepsNoLongerThanItWasTold) {
  test::FakeClock clock;
  Waker waker(clock);
  waker.wait(hours(1), {});
  EXPECT_EQ(clock.sleeps(), std::vector<Duration>{hours(1)});
}

}  // namespace
}  // namespace holdfast::control
