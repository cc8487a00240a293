#include "control/schedule/time_zone.h"

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

TEST(TimeZone, IsUtcWithoutAName) {
  EXPECT_EQ(TimeZone().name(), "UTC");
  EXPECT_EQ(TimeZone(), zone("UTC"));
  EXPECT_EQ(TimeZone().period_at(at("2026-07-01T00:00:00Z")).offset, Seconds(0));
}

TEST(TimeZone, PeriodsEndWhereClocksAreChanged) {
  const OffsetPeriod summer = zone("Europe/Berlin").period_at(at("2026-07-01T00:00:00Z"));

  EXPECT_EQ(text_of(summer.begin), "2026-03-29T01:00:00Z");
  EXPECT_EQ(text_of(summer.end), "2026-10-25T01:00:00Z");
  EXPECT_EQ(summer.offset, std::chrono::hours(2));
  EXPECT_EQ(summer.previous_offset, std::chrono::hours(1));
}

TEST(TimeZone, HalfHoursAreKept) {
  EXPECT_EQ(zone("Australia/Lord_Howe").period_at(at("2026-07-01T00:00:00Z")).offset, std::chrono::minutes(630));
  EXPECT_EQ(zone("Asia/Kathmandu").period_at(at("2026-07-01T00:00:00Z")).offset, std::chrono::minutes(345));
}

TEST(TimeZone, RulesHoldBeyondWhatTheDatabaseLists) {
  const OffsetPeriod summer = zone("Europe/Berlin").period_at(at("2150-07-01T00:00:00Z"));

  EXPECT_EQ(text_of(summer.begin), "2150-03-29T01:00:00Z");
  EXPECT_EQ(text_of(summer.end), "2150-10-25T01:00:00Z");
  EXPECT_EQ(summer.offset, std::chrono::hours(2));
}

TEST(TimeZone, UnknownNamesAreRefused) {
  for (const char* name : {"", "Europe/Bonn", "europe/berlin", "Local", "localtime", "../../etc/passwd", "posixrules",
                           "right/UTC", "Europe/Berlin ", "/usr/share/zoneinfo/UTC"}) {
    const auto found = TimeZone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, Code::usage);
  }
}

TEST(TimeZone, AnEndlessNameIsNotRepeated) {
  const auto found = TimeZone::find(std::string(100000, 'x'));
  ASSERT_FALSE(found);
  EXPECT_LT(found.error().message.size(), 200U);
}

}  // namespace
}  // namespace holdfast::control
