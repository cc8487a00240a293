#include "control/schedule/start_offset.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

TEST(StartOffset, IsTheSameForEver) {
  const Schedule daily = schedule("@daily");
  EXPECT_EQ(start_offset(daily, "cluster-zvc78xnnz7", "default-backups"), Seconds(78));
  EXPECT_EQ(start_offset(daily, "cluster-abc", "daily-backup"), Seconds(211));
}

TEST(StartOffset, StaysWithinATenthOfThePeriod) {
  EXPECT_EQ(spread_of(schedule("@every 20m")), std::chrono::minutes(2));
  EXPECT_EQ(spread_of(schedule("* * * * *")), Seconds(6));
  EXPECT_EQ(spread_of(schedule("@daily")), std::chrono::minutes(5));
  EXPECT_TRUE(rc::check("bounded", [](const std::string& name) {
    const Schedule every = schedule("@every 20m");
    const Seconds offset = start_offset(every, "cluster-a", name);
    RC_ASSERT(offset >= Seconds(0) && offset <= spread_of(every));
  }));
}

TEST(StartOffset, SpreadsClustersEvenly) {
  const Schedule every = schedule("@every 20m");
  std::map<Seconds, int> starts;
  for (int i = 0; i < 12100; ++i)
    ++starts[start_offset(every, fmt::format("cluster-{:010}", i), "default-backups")];
  EXPECT_EQ(starts.size(), 121U);
  for (const auto& [offset, count] : starts)
    EXPECT_LT(count, 200) << offset.count() << " s";
}

}  // namespace
}  // namespace holdfast::control
