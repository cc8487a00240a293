#include "control/instant.h"

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

TEST(Instant, IsRoundedDown) {
  EXPECT_EQ(to_instant(WallTime(Seconds(5)) + std::chrono::milliseconds(999)), Instant(Seconds(5)));
  EXPECT_EQ(to_instant(WallTime(Seconds(-5)) - std::chrono::milliseconds(1)), Instant(Seconds(-6)));
}

TEST(Instant, BeyondWhatWallTimeHoldsIsItsLimit) {
  EXPECT_EQ(to_wall_time(Instant(Seconds(7))), WallTime(Seconds(7)));
  EXPECT_GT(to_wall_time(kLastInstant), WallTime::max() - Seconds(2));
  EXPECT_LT(to_wall_time(Instant::min()), WallTime::min() + Seconds(2));
}

TEST(Instant, IsWrittenAsInKubernetes) {
  EXPECT_EQ(format_instant(kFirstInstant), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(kLastInstant), "9999-12-31T23:59:59Z");
}

}  // namespace
}  // namespace holdfast::control
