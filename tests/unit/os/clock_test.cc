#include "os/clock.h"

#include <thread>

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

using namespace std::chrono_literals;

TEST(RealClock, SleepsAtLeastAsLongAsAsked) {
  const SteadyTime begin = real_clock().steady();
  EXPECT_TRUE(real_clock().sleep_for(30ms, {}));
  EXPECT_GE(real_clock().steady() - begin, 30ms);
}

TEST(RealClock, WakesASleeperThatIsStopped) {
  bool whole = true;
  std::jthread sleeper([&](const std::stop_token& stop) { whole = real_clock().sleep_for(1h, stop); });
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(whole);
}

TEST(RealClock, DoesNotSleepWhenStoppedBefore) {
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(real_clock().sleep_for(1h, source.get_token()));
}

TEST(RealClock, SleepsForeverUntilStopped) {
  bool whole = true;
  std::jthread sleeper([&](const std::stop_token& stop) { whole = real_clock().sleep_for(Duration::max(), stop); });
  EXPECT_TRUE(real_clock().sleep_for(20ms, {}));
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(whole) << "the longest duration must not count as over at once";
}

TEST(RealClock, TellsATimeOfThisCentury) {
  EXPECT_GT(real_clock().now(), parse_time("2023-01-01T00:00:00Z").value());
  EXPECT_LT(real_clock().now(), parse_time("2100-01-01T00:00:00Z").value());
}

}  // namespace
}  // namespace holdfast::os
