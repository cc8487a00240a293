#include "base/units.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(FormatBytes, PrintsWhatEtcdctlPrints) {
  const std::pair<std::uint64_t, const char*> rows[] = {{0, "0 B"},
                                                        {9, "9 B"},
                                                        {10, "10 B"},
                                                        {999, "999 B"},
                                                        {1000, "1.0 kB"},
                                                        {20480, "20 kB"},
                                                        {9940, "9.9 kB"},
                                                        {9950, "10 kB"},
                                                        {999'400, "999 kB"},
                                                        {999'950, "1000 kB"},
                                                        {1'400'000, "1.4 MB"},
                                                        {82'854'982, "83 MB"},
                                                        {2'147'483'648, "2.1 GB"}};
  for (const auto& [bytes, text] : rows)
    EXPECT_EQ(format_bytes(bytes), text);
  EXPECT_EQ(format_bytes(~0ULL), "18 EB");
}

TEST(ParseBytes, ReadsCountsAndUnits) {
  const std::pair<const char*, std::uint64_t> rows[] = {{"0", 0},
                                                        {"512", 512},
                                                        {"64KiB", 65536},
                                                        {"10MB", 10000000},
                                                        {"8 GiB", 8589934592},
                                                        {"1.5K", 1536},
                                                        {"5TiB", 5497558138880},
                                                        {"2T", 2199023255552},
                                                        {"1kB", 1000},
                                                        {"9007199254740993", 9007199254740993}};
  for (const auto& [text, bytes] : rows)
    EXPECT_EQ(parse_bytes(text).value(), bytes) << text;
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const char* bad :
       {"", " ", "MB", "-1", "+1", "1XB", "1e3", ".", "1..5", "1.5.2MB", "0x10", "1 M B", "99999999TiB", "1MB "}) {
    const auto parsed = parse_bytes(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Code::usage);
  }
}

TEST(FormatDuration, ReadsEasily) {
  EXPECT_EQ(format_duration(0s), "0ms");
  EXPECT_EQ(format_duration(300ms), "300ms");
  EXPECT_EQ(format_duration(999'600us), "1.0s");
  EXPECT_EQ(format_duration(2500ms), "2.5s");
  EXPECT_EQ(format_duration(59'960ms), "1m0s");
  EXPECT_EQ(format_duration(63s), "1m3s");
  EXPECT_EQ(format_duration(2h + 5s), "2h0m5s");
}

TEST(ParseDuration, ReadsGosNotationAndPlainSeconds) {
  EXPECT_EQ(parse_duration("90s").value(), 90s);
  EXPECT_EQ(parse_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_duration("1.5h").value(), 90min);
  EXPECT_EQ(parse_duration("500ms").value(), 500ms);
  EXPECT_EQ(parse_duration("30").value(), 30s);
  EXPECT_EQ(parse_duration("0").value(), 0s);
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const char* bad : {"", "s", "-5s", "5x", "1h30", "0s5", "1 h", "1e3s", "9999999999999h"}) {
    const auto parsed = parse_duration(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Code::usage);
  }
}

TEST(FormatTime, WritesUtc) {
  const WallTime time(1'795'257'420s + 7ms);
  EXPECT_EQ(format_time(time), "2026-11-21T10:37:00Z");
  EXPECT_EQ(format_time(time, true), "2026-11-21T10:37:00.007Z");
  EXPECT_EQ(format_time(WallTime(-1ms), true), "1969-12-31T23:59:59.999Z");
}

TEST(ParseTime, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_time("2026-11-21T12:37:00+02:00").value(), WallTime(1'795'257'420s));
  EXPECT_EQ(parse_time("2026-11-21t10:37:00.25z").value(), WallTime(1'795'257'420s + 250ms));
  EXPECT_EQ(parse_time("2026-11-21 10:37:00.1234567891Z").value(), WallTime(1'795'257'420s + 123'456'789ns));
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z").value(), parse_time("2024-02-28T23:00:00-01:00").value());
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* bad :
       {"", "2026-11-21", "2026-11-21T10:37:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31T-0:00:00Z", "2026-01-31T00:60:00Z", "2026-01-31T00:00:00.Z", "2026-01-31T00:00:00+2:00",
        "2026-01-31T00:00:00+24:00", "2026-01-31T00:00:00Zx", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z"}) {
    const auto parsed = parse_time(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, Code::usage);
  }
}

RC_GTEST_PROP(ParseTime, ReadsWhatFormatTimeWrote, ()) {
  const auto millis = *rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000);
  const WallTime time{std::chrono::milliseconds(millis)};
  RC_ASSERT(parse_time(format_time(time, true)).value() == time);
}

}  // namespace
}  // namespace holdfast
