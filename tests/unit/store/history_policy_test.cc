#include "store/history_policy.h"

#include <gtest/gtest.h>

#include "unit/store/sqlite_fixture.h"

#include "support/fake_clock.h"

namespace holdfast::store {
namespace {

using std::chrono::minutes;

TEST(HistoryPolicyOf, ForgetsWhatIsOlderThanItsAge) {
  HistoryPolicy policy({.age = minutes(60), .revisions = 1'000'000});
  const os::SteadyTime start{};
  EXPECT_EQ(policy.forgettable(start, 100), 0);
  EXPECT_EQ(policy.forgettable(start + minutes(30), 200), 0);
  EXPECT_EQ(policy.forgettable(start + minutes(59), 300), 0);
  EXPECT_EQ(policy.forgettable(start + minutes(60), 400), 100);
  EXPECT_EQ(policy.forgettable(start + minutes(89), 500), 100);
  EXPECT_EQ(policy.forgettable(start + minutes(90), 500), 200);
}

TEST(HistoryPolicyOf, KeepsNoMoreThanItsCount) {
  HistoryPolicy policy({.age = minutes(60), .revisions = 1000});
  EXPECT_EQ(policy.forgettable({}, 1000), 0);
  EXPECT_EQ(policy.forgettable({}, 1500), 500);
}

TEST(HistoryPolicyOf, NeverGoesBack) {
  HistoryPolicy policy({.age = minutes(1), .revisions = 1000});
  Revision before = 0;
  for (int i = 0; i < 1000; ++i) {
    const Revision now = policy.forgettable(os::SteadyTime{} + std::chrono::seconds(i), i * 10);
    EXPECT_GE(now, before);
    EXPECT_LE(now, i * 10);
    before = now;
  }
}

class TrimHistory : public SqliteFixture {};

TEST_F(TrimHistory, LeavesAFileThatDoesNotGrow) {
  const auto store = open();
  HistoryPolicy policy({.age = minutes(60), .revisions = 100});
  test::FakeClock clock;
  std::uint64_t early = 0;
  for (int i = 0; i < 1200; ++i) {
    put(*store, "k" + std::to_string(i % 10), std::string(2000, 'x'));
    if (i % 50 == 0) {
      ASSERT_TRUE(trim_history(*store, policy, clock));
    }
    if (i == 300) early = store->health().value().size_bytes;
  }
  EXPECT_LE(os::real_file_system().stat(directory_.file("store.db")).value()->size, 2 * early);
  EXPECT_EQ(store->list({}).value().entries.size(), 10U);
  EXPECT_GT(store->health().value().oldest_event, 1000);
}

}  // namespace
}  // namespace holdfast::store
