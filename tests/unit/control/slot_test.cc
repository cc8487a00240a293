#include "control/schedule/slot.h"

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

// Time since 1970: KKP's own examples count from there.
constexpr Instant day(int days, int hours = 0, int minutes = 0) {
  return Instant(std::chrono::days(days) + std::chrono::hours(hours) + std::chrono::minutes(minutes));
}

struct Question {
  std::string schedule;
  Instant created;
  std::vector<Instant> known{};
  bool suspended = false;
  Seconds offset{0};
};

SlotDecision ask(const Question& question, Instant now) {
  std::optional<Schedule> parsed;
  if (!question.schedule.empty()) parsed = schedule(question.schedule);
  return next_slot({.schedule = parsed ? &*parsed : nullptr,
                    .created = question.created,
                    .known_slots = question.known,
                    .suspended = question.suspended,
                    .start_offset = question.offset},
                   now);
}

TEST(NextSlot, WaitsForTheFirstSlotAfterTheCreation) {
  const Instant now = day(0, 0, 2);
  const SlotDecision decision = ask({.schedule = "*/10 * * * *", .created = day(0, 0, 1)}, now);
  EXPECT_FALSE(decision.due);
  EXPECT_EQ(*decision.look_again - now, Seconds(480));
}

TEST(NextSlot, AnIntervalBeginsWithTheCreation) {
  const Instant now = day(0, 0, 2);
  const SlotDecision decision = ask({.schedule = "@every 10m", .created = day(0, 0, 1)}, now);
  EXPECT_FALSE(decision.due);
  EXPECT_EQ(*decision.look_again - now, Seconds(540));
}

TEST(NextSlot, IsTheLastOneMissed) {
  const Instant now = day(0, 0, 21);
  const SlotDecision decision = ask({.schedule = "*/10 * * * *", .created = {}, .known = {day(0, 0, 10)}}, now);
  EXPECT_EQ(decision.due, (DueSlot{.slot = day(0, 0, 20), .first_missed = {}}));
  EXPECT_EQ(*decision.look_again - now, Seconds(540));
}

TEST(NextSlot, AllMissedOnesBecomeOne) {
  const Instant now = day(17);
  const SlotDecision decision = ask({.schedule = "@every 120h", .created = day(0)}, now);
  EXPECT_EQ(decision.due, (DueSlot{.slot = day(15), .first_missed = day(5)}));
  EXPECT_EQ(*decision.look_again - now, std::chrono::days(3));
}

TEST(NextSlot, ASlotIsDueAtItsVeryInstant) {
  const SlotDecision decision = ask({.schedule = "0 1 * * *", .created = day(0)}, day(0, 1));
  ASSERT_TRUE(decision.due);
  EXPECT_EQ(decision.due->slot, day(0, 1));
}

TEST(NextSlot, OnceKnownItIsNotDueAgain) {
  const SlotDecision decision = ask({.schedule = "0 1 * * *", .created = day(0), .known = {day(0, 1)}}, day(0, 1));
  EXPECT_FALSE(decision.due);
  EXPECT_EQ(decision.upcoming, day(1, 1));
}

TEST(NextSlot, TheLatestKnownOneCountsWhateverTheOrder) {
  const Question question{.schedule = "0 1 * * *", .created = day(0), .known = {day(3, 1), day(5, 1), day(1, 1)}};
  EXPECT_FALSE(ask(question, day(6)).due);
}

TEST(NextSlot, WithoutAScheduleABackupIsDueAtOnceAndOnlyOnce) {
  EXPECT_EQ(ask({.schedule = "", .created = day(3)}, day(4)),
            (SlotDecision{.due = DueSlot{.slot = day(4), .first_missed = {}}, .upcoming = {}, .look_again = {}}));
  EXPECT_EQ(ask({.schedule = "", .created = day(3), .known = {day(4)}}, day(400)), SlotDecision{});
}

TEST(NextSlot, SuspendedNothingIsDue) {
  EXPECT_EQ(ask({.schedule = "* * * * *", .created = day(0), .suspended = true}, day(9)), SlotDecision{});
  EXPECT_EQ(ask({.schedule = "", .created = day(0), .suspended = true}, day(9)), SlotDecision{});
}

TEST(NextSlot, AfterASuspensionOneBackupCoversWhatWasMissed) {
  const SlotDecision decision = ask({.schedule = "0 1 * * *", .created = {}, .known = {day(5, 1)}}, day(30));
  EXPECT_EQ(decision.due, (DueSlot{.slot = day(29, 1), .first_missed = day(6, 1)}));
}

TEST(NextSlot, TheStartIsDelayedAndTheSlotStaysExact) {
  const Question question{.schedule = "0 1 * * *", .created = day(0), .offset = Seconds(90)};
  const SlotDecision before = ask(question, day(0, 1, 1));
  EXPECT_FALSE(before.due);
  EXPECT_EQ(before.upcoming, day(0, 1));
  EXPECT_EQ(before.look_again, day(0, 1) + Seconds(90));
  const SlotDecision then = ask(question, *before.look_again);
  ASSERT_TRUE(then.due);
  EXPECT_EQ(then.due->slot, day(0, 1));
}

TEST(NextSlot, ANewScheduleCountsFromTheLastSlotOfTheOld) {
  const SlotDecision decision = ask({.schedule = "@every 1h", .created = {}, .known = {day(5, 1)}}, day(5, 1, 30));
  EXPECT_FALSE(decision.due);
  EXPECT_EQ(decision.upcoming, day(5, 2));
}

TEST(NextSlot, AClockSetBackDoesNotStopTheSchedule) {
  const Question question{.schedule = "0 1 * * *", .created = day(0), .known = {day(5, 1), day(9000, 1)}};
  const SlotDecision decision = ask(question, day(6, 2));
  ASSERT_TRUE(decision.due);
  EXPECT_EQ(decision.due->slot, day(6, 1));
}

TEST(NextSlot, AConfigMadeWithAClockFarAheadHasABackupAtOnce) {
  const Question cron{.schedule = "0 1 * * *", .created = day(9000)};
  EXPECT_EQ(ask(cron, day(6, 2)).due, (DueSlot{.slot = day(6, 1), .first_missed = {}}));
  const Question every{.schedule = "@every 1h", .created = day(9000)};
  EXPECT_EQ(ask(every, day(6, 2)).due, (DueSlot{.slot = day(6, 2), .first_missed = {}}));
}

TEST(NextSlot, AConfigMadeWithAClockALittleAheadWaits) {
  const Question question{.schedule = "0 1 * * *", .created = day(6, 2, 4)};
  const SlotDecision decision = ask(question, day(6, 2));
  EXPECT_FALSE(decision.due);
  EXPECT_EQ(decision.upcoming, day(7, 1));
}

TEST(NextSlot, WhatNeverFiresIsNeverDue) {
  EXPECT_EQ(ask({.schedule = "0 0 30 2 *", .created = day(0)}, day(9000)), SlotDecision{});
}

TEST(NextSlot, HoldsAtTheEndsOfTime) {
  for (const char* text : {"* * * * *", "@every 1m", "TZ=Europe/Berlin 30 2 29 2 *"}) {
    const Question question{.schedule = text, .created = day(0), .offset = Seconds(300)};
    EXPECT_FALSE(ask(question, Instant::min()).due) << text;
    EXPECT_TRUE(ask(question, Instant::max()).due) << text;
  }
}

}  // namespace
}  // namespace holdfast::control
