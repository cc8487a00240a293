#include "control/manager/work_queue.h"

#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNow{seconds(1'770'000'000)};
const WorkKey kOne{.kind = WorkKey::Kind::cluster, .name_space = "", .name = "one"};
const WorkKey kTwo{.kind = WorkKey::Kind::cluster, .name_space = "", .name = "two"};

TEST(WorkQueue, GivesWhatIsDueInTheOrderOfTimes) {
  WorkQueue queue;
  queue.add(kOne, kNow + seconds(2));
  queue.add(kTwo, kNow + seconds(1));
  EXPECT_EQ(queue.take(kNow), std::nullopt);
  EXPECT_EQ(queue.next(), kNow + seconds(1));
  EXPECT_EQ(queue.take(kNow + seconds(5)), kTwo);
  EXPECT_EQ(queue.take(kNow + seconds(5)), kOne);
  EXPECT_EQ(queue.take(kNow + seconds(5)), std::nullopt);
}

TEST(WorkQueue, KeepsTheEarlierOfTwoTimes) {
  WorkQueue queue;
  queue.add(kOne, kNow + seconds(5));
  queue.add(kOne, kNow + seconds(1));
  queue.add(kOne, kNow + seconds(9));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.next(), kNow + seconds(1));
}

TEST(WorkQueue, WaitsLongerAfterEachFailureUpToFiveMinutes) {
  WorkQueue queue;
  queue.put_back(kOne, kNow);
  EXPECT_EQ(queue.next(), kNow + seconds(1));
  ASSERT_TRUE(queue.take(kNow + minutes(1)));
  queue.put_back(kOne, kNow);
  EXPECT_EQ(queue.next(), kNow + seconds(2));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(queue.take(kNow + minutes(10)));
    queue.put_back(kOne, kNow);
  }
  EXPECT_EQ(queue.next(), kNow + minutes(5));
}

TEST(WorkQueue, ASuccessEndsTheWaiting) {
  WorkQueue queue;
  for (int i = 0; i < 5; ++i) {
    queue.put_back(kOne, kNow);
    ASSERT_TRUE(queue.take(kNow + minutes(10)));
  }
  queue.succeeded(kOne);
  queue.put_back(kOne, kNow);
  EXPECT_EQ(queue.next(), kNow + seconds(1));
}

}  // namespace
}  // namespace holdfast::control
