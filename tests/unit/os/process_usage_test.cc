#include "os/process_usage.h"

#include <gtest/gtest.h>

#include "os/clock.h"

namespace holdfast::os {
namespace {

TEST(ProcessUsage, IsOfThisProcess) {
  const auto usage = process_usage();

  ASSERT_TRUE(usage) << usage.error().to_string();
  EXPECT_GT(usage->resident_bytes, 100U * 1024);
  EXPECT_GT(usage->virtual_bytes, usage->resident_bytes);
  EXPECT_GE(usage->cpu_seconds, 0);
  EXPECT_GE(usage->threads, 1U);
  EXPECT_GE(usage->open_files, 3U);
  EXPECT_GE(usage->most_open_files, usage->open_files);
  const double now = std::chrono::duration<double>(real_clock().now().time_since_epoch()).count();
  EXPECT_LE(usage->start_time, now + 2);
  EXPECT_GT(usage->start_time, now - 3600);
}

TEST(ProcessStat, TakesAnyNameOfAProgram) {
  const auto stat = read_process_stat("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 111 222 13 14 15 16 33 18 444 555 66 0 0\n");

  ASSERT_TRUE(stat) << stat.error().to_string();
  EXPECT_EQ(stat->user_ticks, 111U);
  EXPECT_EQ(stat->system_ticks, 222U);
  EXPECT_EQ(stat->threads, 33U);
  EXPECT_EQ(stat->start_ticks, 444U);
  EXPECT_EQ(stat->virtual_bytes, 555U);
  EXPECT_EQ(stat->resident_pages, 66U);
}

TEST(ProcessStat, AnythingElseIsRefused) {
  EXPECT_FALSE(read_process_stat(""));
  EXPECT_FALSE(read_process_stat("7 (a) S 1 2 3"));
  EXPECT_FALSE(read_process_stat("7 (a) S 1 2 3 4 5 6 7 8 9 10 x 222 13 14 15 16 33 18 444 555 66"));
}

}  // namespace
}  // namespace holdfast::os
