#include "control/retention/buckets.h"

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

std::string label(BucketKind kind, std::string_view time, std::string_view zone_name = "UTC") {
  return bucket_of(kind, at(time), zone(zone_name)).label;
}

TEST(Buckets, AreNamedByTheirBegin) {
  EXPECT_EQ(label(BucketKind::hour, "2026-11-20T13:59:59Z"), "2026-11-20 13:00");
  EXPECT_EQ(label(BucketKind::day, "2026-11-20T13:59:59Z"), "2026-11-20");
  EXPECT_EQ(label(BucketKind::month, "2026-11-20T13:59:59Z"), "2026-11");
  EXPECT_EQ(label(BucketKind::year, "2026-11-20T13:59:59Z"), "2026");
}

TEST(Buckets, WeeksBelongToTheYearOfTheirThursday) {
  EXPECT_EQ(label(BucketKind::week, "2026-12-31T00:00:00Z"), "2026-W53");
  EXPECT_EQ(label(BucketKind::week, "2027-01-03T23:59:59Z"), "2026-W53");
  EXPECT_EQ(label(BucketKind::week, "2027-01-04T00:00:00Z"), "2027-W01");
  EXPECT_EQ(label(BucketKind::week, "2024-12-30T00:00:00Z"), "2025-W01");
}

TEST(Buckets, BeginAtLocalMidnight) {
  EXPECT_EQ(label(BucketKind::day, "2026-11-20T23:30:00Z", "Europe/Berlin"), "2026-11-21");
  EXPECT_EQ(label(BucketKind::hour, "2026-11-20T23:30:00Z", "Asia/Kathmandu"), "2026-11-21 05:00");
}

TEST(Buckets, AnHourThatComesTwiceIsTwo) {
  const TimeZone berlin = zone("Europe/Berlin");
  const Bucket first = bucket_of(BucketKind::hour, at("2026-10-25T00:30:00Z"), berlin);
  const Bucket second = bucket_of(BucketKind::hour, at("2026-10-25T01:30:00Z"), berlin);
  EXPECT_EQ(first.label, second.label);
  EXPECT_NE(first.begin, second.begin);
}

}  // namespace
}  // namespace holdfast::control
