#include "control/schedule/firing.h"

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

std::string next(std::string_view text, std::string_view after) {
  return text_of(next_after(schedule(text), at(after)));
}

std::string last(std::string_view text, std::string_view before) {
  return text_of(last_at_or_before(schedule(text), at(before), at(before)));
}

TEST(Firing, IsStrictlyAfterTheGivenInstant) {
  EXPECT_EQ(next("0 1 * * *", "2026-11-21T00:59:59Z"), "2026-11-21T01:00:00Z");
  EXPECT_EQ(next("0 1 * * *", "2026-11-21T01:00:00Z"), "2026-11-22T01:00:00Z");
}

TEST(Firing, LastIncludesTheGivenInstant) {
  EXPECT_EQ(last("0 1 * * *", "2026-11-21T01:00:00Z"), "2026-11-21T01:00:00Z");
  EXPECT_EQ(last("0 1 * * *", "2026-11-21T00:59:59Z"), "2026-11-20T01:00:00Z");
}

TEST(Firing, ADayMatchesByEitherFieldWhenBothAreRestricted) {
  EXPECT_EQ(next("0 0 13 * FRI", "2026-11-13T00:00:00Z"), "2026-11-20T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * *", "2026-11-13T00:00:00Z"), "2026-12-13T00:00:00Z");
  EXPECT_EQ(next("0 0 ? * FRI", "2026-11-13T00:00:00Z"), "2026-11-20T00:00:00Z");
}

TEST(Firing, ASteppedStarRestrictsTheDay) {
  EXPECT_EQ(next("0 0 */2 * MON", "2026-11-21T00:00:00Z"), "2026-11-23T00:00:00Z");  // the 23rd is both
  EXPECT_EQ(next("0 0 */2 * TUE", "2026-11-23T00:00:00Z"), "2026-11-24T00:00:00Z");  // a Tuesday, even
  EXPECT_EQ(next("0 0 */1 * TUE", "2026-11-24T00:00:00Z"), "2026-12-01T00:00:00Z");
}

TEST(Firing, TheLeapDayIsFoundAcrossACenturyWithoutOne) {
  EXPECT_EQ(next("0 0 29 2 *", "2096-02-29T00:00:00Z"), "2104-02-29T00:00:00Z");
  EXPECT_EQ(last("0 0 29 2 *", "2104-02-28T00:00:00Z"), "2096-02-29T00:00:00Z");
}

TEST(Firing, WhatNeverMatchesHasNoSlot) {
  EXPECT_EQ(next("0 0 30 2 *", "2026-11-21T00:00:00Z"), "never");
  EXPECT_EQ(last("0 0 31 4,6,9,11 *", "2026-11-21T00:00:00Z"), "never");
}

TEST(Firing, WhenClocksGoForwardALocalTimeThatIsLeftOutDoesNotFire) {
  EXPECT_EQ(next("TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z"), "2026-03-30T00:30:00Z");
}

TEST(Firing, WhenClocksGoForwardEveryHourGoesOn) {
  EXPECT_EQ(next("TZ=Europe/Berlin */20 * * * *", "2026-03-29T00:40:00Z"), "2026-03-29T01:00:00Z");
}

TEST(Firing, WhenClocksGoBackATimeFiresOnce) {
  EXPECT_EQ(next("TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(next("TZ=Europe/Berlin 30 2 * * *", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
  EXPECT_EQ(last("TZ=Europe/Berlin 30 2 * * *", "2026-10-25T01:45:00Z"), "2026-10-25T00:30:00Z");
}

TEST(Firing, WhenClocksGoBackEveryHourFiresInBoth) {
  EXPECT_EQ(next("TZ=Europe/Berlin 30 * * * *", "2026-10-25T00:30:00Z"), "2026-10-25T01:30:00Z");
  EXPECT_EQ(next("TZ=Europe/Berlin 30 * * * *", "2026-10-25T01:30:00Z"), "2026-10-25T02:30:00Z");
}

TEST(Firing, AnIntervalFollowsFromTheSlotBefore) {
  EXPECT_EQ(next("@every 1h30m", "2026-11-21T10:37:12Z"), "2026-11-21T12:07:12Z");
}

TEST(Firing, TheLastSlotOfAnIntervalIsAWholeNumberAway) {
  const Schedule every = schedule("@every 20m");
  const Instant anchor = at("2026-11-21T10:05:00Z");
  EXPECT_EQ(text_of(last_at_or_before(every, at("2026-11-21T11:04:59Z"), anchor)), "2026-11-21T10:45:00Z");
  EXPECT_EQ(text_of(last_at_or_before(every, anchor, anchor)), "2026-11-21T10:05:00Z");
  EXPECT_EQ(text_of(last_at_or_before(every, anchor - Seconds(1), anchor)), "never");
}

TEST(Firing, EndsWithTheYear9999) {
  EXPECT_EQ(text_of(next_after(schedule("0 0 * * *"), kLastInstant - Seconds(1))), "never");
  EXPECT_EQ(text_of(next_after(schedule("TZ=Asia/Tokyo 59 23 31 12 *"), kLastInstant)), "never");
  EXPECT_EQ(text_of(next_after(schedule("@every 1h"), kLastInstant)), "never");
  EXPECT_EQ(text_of(last_at_or_before(schedule("0 0 * * *"), Instant::max(), {})), "9999-12-31T00:00:00Z");
}

TEST(Firing, BeginsWith1970) {
  EXPECT_EQ(text_of(next_after(schedule("0 0 * * *"), Instant::min())), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text_of(last_at_or_before(schedule("0 5 * * *"), kFirstInstant, {})), "never");
}

}  // namespace
}  // namespace holdfast::control
