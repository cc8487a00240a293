#include "cli/age_text.h"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

TEST(AgeTextTest, uses_the_units_people_use) {
  EXPECT_EQ(format_age(45s), "45s");
  EXPECT_EQ(format_age(12min + 30s), "12m");
  EXPECT_EQ(format_age(5h), "5h");
  EXPECT_EQ(format_age(76h), "3d4h");
  EXPECT_EQ(format_age(40 * 24h), "40d");
}

TEST(AgeTextTest, a_time_in_the_future_has_no_age) {
  EXPECT_EQ(format_age(-5s), "0s");
}

}  // namespace
}  // namespace holdfast::cli
