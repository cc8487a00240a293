#include "control/schedule/schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/cron_case.h"
#include "unit/control/times.h"

#include "control/schedule/bits.h"

namespace holdfast::control {
namespace {

CronFields fields(std::string_view text) {
  const Schedule parsed = schedule(text);
  EXPECT_TRUE(std::holds_alternative<CronFields>(parsed.rule)) << text;
  return std::get<CronFields>(parsed.rule);
}

Seconds interval(std::string_view text) {
  return std::get<EveryInterval>(schedule(text).rule).interval;
}

Error error(std::string_view text) {
  const auto parsed = parse_schedule(text);
  EXPECT_FALSE(parsed) << text;
  if (parsed) return {};
  EXPECT_EQ(parsed.error().code, Code::usage);
  return parsed.error();
}

std::set<unsigned> members(std::uint64_t set) {
  std::set<unsigned> found;
  for (unsigned number = 0; number < 64; ++number) {
    if (has_bit(set, number)) found.insert(number);
  }
  return found;
}

TEST(ParseSchedule, FieldsMeanWhatTheyWereMadeOf) {
  EXPECT_TRUE(rc::check("fields", [] {
    const CronCase cron = arbitrary_cron();
    const auto parsed = parse_schedule(cron.text());
    RC_ASSERT(parsed.has_value());
    const auto& read = std::get<CronFields>(parsed->rule);
    RC_ASSERT(members(read.minutes) == cron.fields[0].values);
    RC_ASSERT(members(read.hours) == cron.fields[1].values);
    RC_ASSERT(members(read.days_of_month) == cron.fields[2].values);
    RC_ASSERT(members(read.months) == cron.fields[3].values);
    RC_ASSERT(members(read.days_of_week) == cron.fields[4].values);
    RC_ASSERT(read.any_day_of_month == cron.fields[2].star);
    RC_ASSERT(read.any_day_of_week == cron.fields[4].star);
  }));
}

TEST(ParseSchedule, DescriptorsStandForFields) {
  EXPECT_EQ(fields("@yearly"), fields("0 0 1 1 *"));
  EXPECT_EQ(fields("@annually"), fields("0 0 1 1 *"));
  EXPECT_EQ(fields("@monthly"), fields("0 0 1 * *"));
  EXPECT_EQ(fields("@weekly"), fields("0 0 * * SUN"));
  EXPECT_EQ(fields("@daily"), fields("0 0 * * *"));
  EXPECT_EQ(fields("@midnight"), fields("0 0 * * *"));
  EXPECT_EQ(fields("@hourly"), fields("0 * * * *"));
}

TEST(ParseSchedule, AnIntervalIsRoundedDownToSeconds) {
  EXPECT_EQ(interval("@every 20m"), std::chrono::minutes(20));
  EXPECT_EQ(interval("@every 1.9s"), Seconds(1));
  EXPECT_EQ(interval("@every 0m"), Seconds(1));
}

TEST(ParseSchedule, APrefixNamesTheTimeZone) {
  EXPECT_EQ(schedule("0 1 * * *").zone, zone("UTC"));
  EXPECT_EQ(schedule("TZ=Europe/Berlin 0 1 * * *").zone, zone("Europe/Berlin"));
  EXPECT_EQ(schedule("CRON_TZ=Asia/Kathmandu @daily").zone, zone("Asia/Kathmandu"));
}

TEST(ParseSchedule, BlanksAroundDoNotMatter) {
  const Schedule parsed = schedule("\t0  1 * *\t*\n");
  EXPECT_EQ(parsed.text, "0  1 * *\t*");
  EXPECT_EQ(std::get<CronFields>(parsed.rule), fields("0 1 * * *"));
}

TEST(ParseSchedule, AnErrorShowsThePlace) {
  const Error found = error("0 25 * * *");
  EXPECT_EQ(found.message, "hour: 25 is too large (at character 3)");
  EXPECT_EQ(found.hint,
            "0 25 * * *\n"
            "  ^^\n"
            "allowed: 0 to 23, *, lists (1,2), ranges (1-5) and steps (*/2)");
}

TEST(ParseSchedule, AnErrorMarksOnlyWhatIsWrong) {
  const Error found = error("TZ=UTC 0,5,61 1 * * *");
  EXPECT_EQ(found.message, "minute: 61 is too large (at character 12)");
  EXPECT_EQ(found.hint.substr(0, 36), "TZ=UTC 0,5,61 1 * * *\n           ^^\n");
}

struct Refusal {
  const char* text;
  const char* message;
};

class ParseScheduleRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseScheduleRefuses, WithTheReason) {
  EXPECT_EQ(error(GetParam().text).message, GetParam().message) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, ParseScheduleRefuses,
    testing::Values(
        Refusal{"60 * * * *", "minute: 60 is too large (at character 1)"},
        Refusal{"* 24 * * *", "hour: 24 is too large (at character 3)"},
        Refusal{"* * 0 * *", "day-of-month: 0 is too small (at character 5)"},
        Refusal{"* * 32 * *", "day-of-month: 32 is too large (at character 5)"},
        Refusal{"* * * 13 *", "month: 13 is too large (at character 7)"},
        Refusal{"* * * foo *", "month: \"foo\" is not a number or name (at character 7)"},
        Refusal{"* * * * 7", "day-of-week: 7 is too large; Sunday is 0 or SUN (at character 9)"},
        Refusal{"* * * * MON-SUN", "day-of-week: \"MON-SUN\" ends before it begins (at character 9)"},
        Refusal{"5-1 * * * *", "minute: \"5-1\" ends before it begins (at character 1)"},
        Refusal{"1-2-3 * * * *", "minute: \"1-2-3\" has more than one - (at character 1)"},
        Refusal{"1/2/3 * * * *", "minute: \"1/2/3\" has more than one / (at character 1)"},
        Refusal{"*/0 * * * *", "minute: a step of 0 never gets on (at character 3)"},
        Refusal{"*/ * * * *", "minute: a step is missing behind the / (at character 3)"},
        Refusal{"1,,2 * * * *", "minute: a value is missing (at character 3)"},
        Refusal{", * * * *", "minute: a value is missing (at character 1)"},
        Refusal{"-5 * * * *", "minute: a value is missing (at character 1)"},
        Refusal{"+5 * * * *", "minute: \"+5\" is not a number (at character 1)"},
        Refusal{"*-5 * * * *", "minute: \"*\" is not a number (at character 1)"},
        Refusal{"1.5 * * * *", "minute: \"1.5\" is not a number (at character 1)"},
        Refusal{"99999999999999999999 * * * *", "minute: 99999999999999999999 is too large (at character 1)"},
        Refusal{"* * * *", "a schedule has 5 fields, this one has 4 (at character 1)"},
        Refusal{"0 * * * * *",
                "a schedule has 5 fields, this one has 6 (there is no field for seconds) (at character 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Rest, ParseScheduleRefuses,
    testing::Values(
        Refusal{"", "a schedule of blanks says nothing"}, Refusal{" \n", "a schedule of blanks says nothing"},
        Refusal{"@fortnightly", "there is no descriptor @fortnightly (at character 1)"},
        Refusal{"@Daily", "there is no descriptor @Daily (at character 1)"},
        Refusal{"@daily 5", "@daily stands alone; \"5\" is too much (at character 8)"},
        Refusal{"@every", "@every: a duration is missing (at character 7)"},
        Refusal{"@every 20",
                "@every: \"20\" is not a duration: 20 has no unit; write one of ns, us, ms, s, m, h (at character 8)"},
        Refusal{"@every 1h 30m", "@every: \"30m\" is one word too many (at character 11)"},
        Refusal{"@every -5m", "@every: -5m is negative (at character 8)"},
        Refusal{"TZ=Europe/Bonn 0 1 * * *", "time zone: no time zone is called \"Europe/Bonn\" (at character 4)"},
        Refusal{"TZ=Local @daily", "time zone: no time zone is called \"Local\" (at character 4)"},
        Refusal{"TZ= @daily", "time zone: a name is missing (at character 4)"},
        Refusal{"TZ=UTC", "nothing stands behind the time zone (at character 7)"},
        Refusal{"CRON_TZ=UTC TZ=UTC @daily", "a schedule has 5 fields, this one has 2 (at character 13)"},
        Refusal{"0 1 * * \u2217", "a schedule cannot hold the byte 0xe2 (at character 9)"}));

TEST(ParseSchedule, AnEndlessTextIsRefusedByItsLength) {
  EXPECT_EQ(error(std::string(kMaxScheduleText + 1, ' ')).message, "the schedule is 257 bytes long, more than 256");
}

}  // namespace
}  // namespace holdfast::control
