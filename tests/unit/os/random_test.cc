#include "os/random.h"

#include <gtest/gtest.h>

#include "support/fixed_random.h"

namespace holdfast::os {
namespace {

TEST(RealRandom, GivesOtherBytesEveryTime) {
  Bytes first(32);
  Bytes second(32);
  real_random().fill(first);
  real_random().fill(second);
  EXPECT_NE(first, second);
}

TEST(Random, GivesFractionsBelowOneAndSpreadsThem) {
  test::FixedRandom random;
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double fraction = random.fraction();
    ASSERT_GE(fraction, 0.0);
    ASSERT_LT(fraction, 1.0);
    sum += fraction;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

}  // namespace
}  // namespace holdfast::os
