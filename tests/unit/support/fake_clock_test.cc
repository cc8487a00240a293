#include "support/fake_clock.h"

#include <thread>

#include <gtest/gtest.h>

namespace holdfast::test {
namespace {

using std::chrono::seconds;

TEST(FakeClock, MovesItselfWhenSomebodySleeps) {
  FakeClock clock;
  const WallTime before = clock.now();
  EXPECT_TRUE(clock.sleep_for(seconds(5), {}));
  EXPECT_EQ(clock.now() - before, seconds(5));
  EXPECT_EQ(clock.sleeps(), std::vector<Duration>{seconds(5)});
}

TEST(FakeClock, LetsASleeperGoOnceTheTimeHasCome) {
  FakeClock clock(FakeClock::Sleep::waits);
  bool slept = false;
  std::jthread sleeper([&](const std::stop_token& stop) { slept = clock.sleep_for(seconds(5), stop); });
  clock.wait_for_sleepers(1);
  clock.advance(seconds(5));
  sleeper.join();
  EXPECT_TRUE(slept);
}

TEST(FakeClock, LetsAStoppedSleeperGo) {
  FakeClock clock(FakeClock::Sleep::waits);
  bool slept = true;
  std::jthread sleeper([&](const std::stop_token& stop) { slept = clock.sleep_for(seconds(5), stop); });
  clock.wait_for_sleepers(1);
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(slept);
}

}  // namespace
}  // namespace holdfast::test
