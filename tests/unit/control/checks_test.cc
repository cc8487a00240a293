#include "control/schedule/checks.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/cron_case.h"
#include "unit/control/times.h"

namespace holdfast::control {
namespace {

namespace chrono = std::chrono;

// Looks at each day of a whole Gregorian cycle: after it the same weekdays, dates and leap years come again.
bool matches_in_the_cycle(const CronCase& cron) {
  constexpr int kDaysOfCycle = 146097;
  const chrono::sys_days first = chrono::year(2000) / 1 / 1;
  for (int i = 0; i < kDaysOfCycle; ++i) {
    const chrono::sys_days day = first + chrono::days(i);
    const chrono::year_month_day date(day);
    if (cron.fields[3].values.count(static_cast<unsigned>(date.month())) != 0 &&
        cron.day_matches(static_cast<unsigned>(date.day()), chrono::weekday(day).c_encoding()))
      return true;
  }
  return false;
}

// Schedules at the border: one date, which may not exist, mostly without a day of the week.
CronCase rare_cron() {
  CronCase cron = arbitrary_cron();
  static const std::vector<std::pair<unsigned, unsigned>> kDates{{28, 2}, {29, 2}, {30, 2}, {31, 2},  {30, 4},
                                                                 {31, 4}, {31, 6}, {31, 9}, {31, 11}, {31, 12}};
  const auto [day, month] = *rc::gen::elementOf(kDates);
  cron.fields[2] = {.text = fmt::format("{}", day), .values = {day}};
  cron.fields[3] = {.text = fmt::format("{}", month), .values = {month}};
  if (*rc::gen::arbitrary<bool>()) cron.fields[4] = {.text = "*", .values = {0, 1, 2, 3, 4, 5, 6}, .star = true};
  return cron;
}

TEST(ScheduleChecks, FiresExactlyWhenADayOfTheCycleMatches) {
  int never = 0;
  EXPECT_TRUE(rc::check("fires", [&] {
    const CronCase cron = *rc::gen::arbitrary<bool>() ? rare_cron() : arbitrary_cron();
    RC_LOG() << cron.text() << "\n";
    const bool expected = matches_in_the_cycle(cron);
    never += expected ? 0 : 1;
    RC_ASSERT(fires(schedule(cron.text())) == expected);
    RC_ASSERT(check_fires(schedule(cron.text())).has_value() == expected);
  }));
  EXPECT_GT(never, 0) << "no schedule of the run never fires: it proved nothing";
}

TEST(ScheduleChecks, EverySingleDateOfAMonthIsJudgedRight) {
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned day = 1; day <= 31; ++day) {
      const bool exists = (chrono::year(2000) / chrono::month(month) / chrono::day(day)).ok();
      EXPECT_EQ(fires(schedule(fmt::format("0 0 {} {} *", day, month))), exists) << day << " " << month;
    }
  }
}

TEST(ScheduleChecks, ADayOfTheWeekBesideAnImpossibleDateFires) {
  EXPECT_TRUE(fires(schedule("0 0 30 2 MON")));
}

TEST(ScheduleChecks, NeverFiringIsRefusedWithTheReason) {
  const auto status = check_fires(schedule("0 0 30 2 *"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::usage);
  EXPECT_EQ(status.error().message, "the schedule \"0 0 30 2 *\" never fires: none of its months has one of its days");
}

TEST(ScheduleChecks, LessThanAMinuteIsRefused) {
  EXPECT_TRUE(check_interval(schedule("@every 1m")));
  EXPECT_TRUE(check_interval(schedule("* * * * *")));
  const auto status = check_interval(schedule("@every 59.9s"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the schedule \"@every 59.9s\" fires every 59s; the shortest interval is 1m");
}

TEST(ScheduleChecks, AZeroIntervalIsRefusedAsTheSecondThatItMeans) {
  const auto status = check_interval(schedule("@every 0m"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the schedule \"@every 0m\" fires every 1s; the shortest interval is 1m");
}

TEST(ScheduleChecks, TheShortestPeriodIsTheLeastDistanceOfTwoSlots) {
  EXPECT_EQ(shortest_period(schedule("@every 20m")), chrono::minutes(20));
  EXPECT_EQ(shortest_period(schedule("* * * * *")), chrono::minutes(1));
  EXPECT_EQ(shortest_period(schedule("0,45 * * * *")), chrono::minutes(15));
  EXPECT_EQ(shortest_period(schedule("0 1,22 * * *")), chrono::hours(3));
  EXPECT_EQ(shortest_period(schedule("0 1 * * *")), chrono::hours(24));
  EXPECT_EQ(shortest_period(schedule("0 1 1 * *")), chrono::hours(24));
}

}  // namespace
}  // namespace holdfast::control
