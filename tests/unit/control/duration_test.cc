#include "control/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::control {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

std::int64_t nanos(std::string_view text, DurationUnits units = DurationUnits::go) {
  const auto parsed = parse_go_duration(text, units);
  EXPECT_TRUE(parsed) << text;
  return parsed ? parsed->count() : -1;
}

std::string error(std::string_view text) {
  const auto parsed = parse_go_duration(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? "" : parsed.error().message;
}

TEST(GoDuration, ReadsWhatGoReads) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  EXPECT_EQ(nanos("0"), 0);
  EXPECT_EQ(nanos("5s"), 5 * kSecond);
  EXPECT_EQ(nanos("+5s"), 5 * kSecond);
  EXPECT_EQ(nanos("-5s"), -5 * kSecond);
  EXPECT_EQ(nanos("1h30m"), 5400 * kSecond);
  EXPECT_EQ(nanos("1m1m"), 120 * kSecond);
  EXPECT_EQ(nanos("1.5h"), 5400 * kSecond);
  EXPECT_EQ(nanos(".5s"), kSecond / 2);
  EXPECT_EQ(nanos("5.s"), 5 * kSecond);
  EXPECT_EQ(nanos("1ns2us3ms"), 3'002'001);
  EXPECT_EQ(nanos("12\u00b5s"), 12'000);
  EXPECT_EQ(nanos("12\u03bcs"), 12'000);
  EXPECT_EQ(nanos("0.3333333333333333333h"), 1'200'000'000'000 - 1);
  EXPECT_EQ(nanos("9223372036854775807ns"), std::numeric_limits<std::int64_t>::max());
}

TEST(GoDuration, SaysWhatIsWrong) {
  EXPECT_EQ(error(""), "\"\" is not a duration; write 20m or 1h30m");
  EXPECT_EQ(error("-"), "\"-\" is not a duration; write 20m or 1h30m");
  EXPECT_EQ(error("20"), "\"20\" is not a duration: 20 has no unit; write one of ns, us, ms, s, m, h");
  EXPECT_EQ(error("1d"), "\"1d\" is not a duration: no unit is called \"d\"; units are ns, us, ms, s, m, h");
  EXPECT_EQ(error("."), "\".\" is not a duration: no number");
  EXPECT_EQ(error("h"), "\"h\" is not a duration: no number");
  EXPECT_EQ(error("1h-5m"), "\"1h-5m\" is not a duration: no unit is called \"h-\"; units are ns, us, ms, s, m, h");
  EXPECT_EQ(error(" 1h"), "\" 1h\" is not a duration: no number");
  EXPECT_EQ(error("9223372036854775808ns"), "\"9223372036854775808ns\" is longer than 292 years");
  EXPECT_EQ(error("2562047h48m"), "\"2562047h48m\" is longer than 292 years");
}

TEST(GoDuration, DaysAndWeeksAreForOurOwnFields) {
  EXPECT_EQ(nanos("2w1d", DurationUnits::with_days_and_weeks), nanos("360h"));
}

TEST(GoDuration, SpansAreWrittenInTheirShortestForm) {
  EXPECT_EQ(format_span(seconds(0)), "0s");
  EXPECT_EQ(format_span(seconds(1200)), "20m");
  EXPECT_EQ(format_span(seconds(5400)), "1h30m");
  EXPECT_EQ(format_span(seconds(129600)), "36h");
  EXPECT_EQ(format_span(seconds(604800)), "7d");
  EXPECT_EQ(format_span(seconds(3601)), "1h1s");
}

TEST(GoDuration, ReadsBackWhatIsWritten) {
  EXPECT_TRUE(rc::check("a span survives", [] {
    const seconds span(*rc::gen::inRange<std::int64_t>(0, 9'000'000'000));
    const auto parsed = parse_go_duration(format_span(span), DurationUnits::with_days_and_weeks);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == nanoseconds(span));
  }));
}

}  // namespace
}  // namespace holdfast::control
