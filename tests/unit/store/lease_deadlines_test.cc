#include "store/sqlite/lease_deadlines.h"

#include <condition_variable>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace holdfast::store::sqlite {
namespace {

using std::chrono::seconds;
using Ids = std::vector<LeaseId>;

class Deadlines : public testing::Test {
 protected:
  // The next leases that ended.
  Ids ended() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ended_.empty(); });
    return std::exchange(ended_, {});
  }
  Status expire(const Ids& leases) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    ended_ = leases;
    changed_.notify_all();
    if (std::exchange(fail_next_, false)) return fail(Code::no_space, "planned");
    return {};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Ids ended_;
  bool fail_next_ = false;
  int calls_ = 0;
  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  LeaseDeadlines leases_{clock_, [this](const Ids& leases) { return expire(leases); }};
};

TEST_F(Deadlines, EndALeaseAfterItsTime) {
  leases_.add(1, 10);
  leases_.add(2, 20);
  clock_.advance(seconds(10));
  EXPECT_EQ(ended(), Ids{1});
  EXPECT_FALSE(leases_.keep_alive(1));
  EXPECT_TRUE(leases_.keep_alive(2));
}

TEST_F(Deadlines, MoveWhenALeaseIsKept) {
  leases_.add(1, 10);
  clock_.advance(seconds(9));
  EXPECT_TRUE(leases_.keep_alive(1));
  clock_.advance(seconds(9));
  EXPECT_TRUE(leases_.keep_alive(1));
  clock_.advance(seconds(10));
  EXPECT_EQ(ended(), Ids{1});
}

TEST_F(Deadlines, ANewLeaseThatEndsSoonerIsNotOverslept) {
  leases_.add(1, 3600);
  clock_.wait_for_sleepers(1);
  leases_.add(2, 1);
  clock_.advance(seconds(1));
  EXPECT_EQ(ended(), Ids{2});
}

TEST_F(Deadlines, ALeaseIsOverThoughNobodyRemovedItYet) {
  leases_.add(1, 10);
  {
    const std::lock_guard lock(mutex_);  // holds the removal up
    clock_.advance(seconds(10));
    EXPECT_FALSE(leases_.keep_alive(1));
  }
  EXPECT_EQ(ended(), Ids{1});
}

TEST_F(Deadlines, AreTriedAgainWhenTheRemovalFails) {
  fail_next_ = true;
  leases_.add(1, 10);
  clock_.advance(seconds(10));
  EXPECT_EQ(ended(), Ids{1});
  EXPECT_FALSE(leases_.keep_alive(1));
  clock_.wait_for_sleepers(1);
  clock_.advance(seconds(1));
  EXPECT_EQ(ended(), Ids{1});
}

TEST_F(Deadlines, ARemovedLeaseDoesNotEnd) {
  leases_.add(1, 10);
  leases_.add(2, 10);
  leases_.remove(1);
  clock_.advance(seconds(10));
  EXPECT_EQ(ended(), Ids{2});
}

}  // namespace
}  // namespace holdfast::store::sqlite
