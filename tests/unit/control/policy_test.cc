#include "control/retention/policy.h"

#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

TEST(RetentionPolicy, KeepIsReadAsKkpReadsIt) {
  EXPECT_EQ(effective_keep(std::nullopt), 20);
  EXPECT_EQ(effective_keep(0), 1);
  EXPECT_EQ(effective_keep(-7), 1);
  EXPECT_EQ(effective_keep(1), 1);
  EXPECT_EQ(effective_keep(50), 50);
  EXPECT_EQ(effective_keep(51), 50);
}

TEST(RetentionPolicy, TooManyEntriesAreMoreThanTwiceKeep) {
  EXPECT_FALSE(tracks_too_many(40, 20));
  EXPECT_TRUE(tracks_too_many(41, 20));
}

TEST(RetentionPolicy, KeepIsNeverRefused) {
  EXPECT_TRUE(check_policy({.keep = -100000}).empty());
}

TEST(RetentionPolicy, OurOwnFieldsHaveBounds) {
  EXPECT_TRUE(check_policy({.keep_last = 10000, .keep_yearly = 0, .keep_within = Seconds(1)}).empty());
  const std::vector<PolicyProblem> expected{{.field = "keepDaily", .message = "must be between 0 and 10000"},
                                            {.field = "keepWeekly", .message = "must be between 0 and 10000"},
                                            {.field = "keepWithin", .message = "must be between 1s and 36500d"}};
  EXPECT_EQ(check_policy({.keep_daily = -1, .keep_weekly = 10001, .keep_within = Seconds(0)}), expected);
}

}  // namespace
}  // namespace holdfast::control
