#include "server/monitor/watchdog.h"

#include <atomic>

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

constexpr Duration kPatience = std::chrono::seconds(10);

class Pulses : public testing::Test {
 protected:
  Pulse pulse() {
    return Pulse({{.name = "quick", .nudge = [this] { ++quick; }, .rounds = [this] { return quick; }},
                  {.name = "slow", .nudge = {}, .rounds = [this] { return slow; }}},
                 kPatience, os::SteadyTime{});
  }
  static os::SteadyTime at(int seconds) { return os::SteadyTime{} + std::chrono::seconds(seconds); }

  std::uint64_t quick = 0;
  std::uint64_t slow = 0;
};

TEST_F(Pulses, AreFineWhileRoundsAreDone) {
  Pulse looked = pulse();

  for (int second = 5; second < 100; second += 5) {
    ++slow;
    EXPECT_TRUE(looked.look(at(second)).empty()) << second;
  }
}

TEST_F(Pulses, NameWhatIsStuckForTooLong) {
  Pulse looked = pulse();

  EXPECT_TRUE(looked.look(at(9)).empty());
  EXPECT_EQ(looked.look(at(10)), std::vector<std::string>{"slow"});
}

TEST_F(Pulses, AreFineAgainWhenItGoesOn) {
  Pulse looked = pulse();
  ASSERT_FALSE(looked.look(at(20)).empty());

  ++slow;

  EXPECT_TRUE(looked.look(at(25)).empty());
}

TEST_F(Pulses, CountThePatienceFromTheLastRound) {
  Pulse looked = pulse();
  ++slow;
  ASSERT_TRUE(looked.look(at(9)).empty());

  EXPECT_TRUE(looked.look(at(18)).empty());
  EXPECT_FALSE(looked.look(at(19)).empty());
}

TEST(Watchdog, TellsAgainAndAgainThatAllIsWell) {
  std::atomic<int> told = 0;
  std::atomic<std::uint64_t> rounds = 0;
  const Watchdog watchdog(
      {{.name = "part", .nudge = [&] { ++rounds; }, .rounds = [&] { return rounds.load(); }}},
      std::chrono::milliseconds(20), [&] { ++told; }, os::real_clock());

  const std::stop_source never;
  while (told < 3)
    os::real_clock().sleep_for(std::chrono::milliseconds(1), never.get_token());
  EXPECT_GE(told, 3);
}

}  // namespace
}  // namespace holdfast::server
