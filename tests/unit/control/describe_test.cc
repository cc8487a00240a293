#include "control/schedule/describe.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/cron_case.h"
#include "unit/control/times.h"

namespace holdfast::control {
namespace {

std::string words(std::string_view text) {
  return describe(schedule(text));
}

TEST(Describe, SpeaksOfIntervals) {
  EXPECT_EQ(words("@every 20m"), "every 20 minutes");
  EXPECT_EQ(words("@every 1h"), "every hour");
  EXPECT_EQ(words("@every 24h"), "every day");
  EXPECT_EQ(words("@every 36h"), "every 1 day and 12 hours");
  EXPECT_EQ(words("@every 1h1m1s"), "every 1 hour, 1 minute and 1 second");
}

TEST(Describe, SpeaksOfTimesOfDay) {
  EXPECT_EQ(words("0 1 * * *"), "every day at 01:00 UTC");
  EXPECT_EQ(words("TZ=Europe/Berlin 30 8,20 * * *"), "every day at 08:30 and 20:30 Europe/Berlin");
  EXPECT_EQ(words("@daily"), "every day at 00:00 UTC");
}

TEST(Describe, SpeaksOfDays) {
  EXPECT_EQ(words("0 22 * * 1-5"), "every Monday to Friday at 22:00 UTC");
  EXPECT_EQ(words("0 0 * * 0"), "every Sunday at 00:00 UTC");
  EXPECT_EQ(words("0 3 1,15 * *"), "on the 1st and 15th of every month at 03:00 UTC");
  EXPECT_EQ(words("@yearly"), "on the 1st of January at 00:00 UTC");
  EXPECT_EQ(words("0 4 13 6 5"), "on the 13th of June and every Friday in June at 04:00 UTC");
  EXPECT_EQ(words("0 5 * 1-3 *"), "every day in January to March at 05:00 UTC");
  EXPECT_EQ(words("0 0 2,3,11,12,13,22,31 * *"),
            "on the 2nd, 3rd, 11th to 13th, 22nd and 31st of every month at 00:00 UTC");
}

TEST(Describe, SpeaksOfStepsThatDivideTheHour) {
  EXPECT_EQ(words("*/20 * * * *"), "every 20 minutes");
  EXPECT_EQ(words("@hourly"), "every hour");
  EXPECT_EQ(words("* * * * *"), "every minute");
  EXPECT_EQ(words("TZ=Asia/Kathmandu @hourly"), "every hour, Asia/Kathmandu");
}

TEST(Describe, SpeaksOfMinutesThatDoNot) {
  EXPECT_EQ(words("5 * * * *"), "at minute 5 of every hour");
  EXPECT_EQ(words("*/25 * * * *"), "at minutes 0, 25 and 50 of every hour");
  EXPECT_EQ(words("*/15 8-17 * * MON"), "every 15 minutes, in hours 8 to 17, every Monday, UTC");
}

TEST(Describe, SameWordsMeanTheSameTimes) {
  using Meaning = std::tuple<std::set<unsigned>, std::set<unsigned>, std::set<unsigned>, std::set<unsigned>>;
  std::map<std::string, Meaning> known;
  EXPECT_TRUE(rc::check("words are unambiguous", [&] {
    const CronCase cron = arbitrary_cron();
    // Which of the days of a month match, for each weekday its first day can be.
    std::set<unsigned> days;
    for (unsigned day = 1; day <= 31; ++day) {
      for (unsigned weekday = 0; weekday < 7; ++weekday) {
        if (cron.day_matches(day, weekday)) days.insert(day * 7 + weekday);
      }
    }
    const Meaning meaning{cron.fields[0].values, cron.fields[1].values, cron.fields[3].values, days};
    const auto [entry, added] = known.try_emplace(words(cron.text()), meaning);
    RC_LOG() << cron.text() << ": " << entry->first << "\n";
    RC_ASSERT(entry->second == meaning);
  }));
}

}  // namespace
}  // namespace holdfast::control
