#include "snapshot/key_history.h"

#include <set>

#include <gtest/gtest.h>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kPlenty = 1 << 20;

RecordKey at(std::int64_t main, bool tombstone = false) {
  return {.revision = {.main = main}, .tombstone = tombstone};
}
Record change(std::int64_t created, std::int64_t changed, std::int64_t version, std::int64_t lease = 0) {
  return {.create_revision = created, .mod_revision = changed, .version = version, .lease = lease};
}

TEST(KeyHistory, AcceptsALifeOfAKey) {
  KeyHistory history(0, kPlenty, 0, 1);
  EXPECT_EQ(history.take(at(2), 7, change(2, 2, 1)), "");
  EXPECT_EQ(history.take(at(5), 7, change(2, 5, 2)), "");
  EXPECT_EQ(history.take(at(6, true), 7, {}), "");
  EXPECT_EQ(history.live(), 0U);
  EXPECT_EQ(history.take(at(9), 7, change(9, 9, 1)), "");
  EXPECT_EQ(history.live(), 1U);
}

TEST(KeyHistory, AcceptsGapsThatACompactionLeft) {
  KeyHistory history(100, kPlenty, 0, 1);
  EXPECT_EQ(history.take(at(50), 1, change(3, 50, 17)), "");
  EXPECT_EQ(history.take(at(101), 1, change(3, 101, 18)), "");
  EXPECT_EQ(history.take(at(100, true), 2, {}), "");
}

TEST(KeyHistory, MissesARecordThatNoCompactionDropped) {
  KeyHistory history(100, kPlenty, 0, 1);
  EXPECT_NE(history.take(at(101), 1, change(50, 101, 2)), "");
}

TEST(KeyHistory, RefusesAVersionThatDoesNotFollow) {
  KeyHistory history(0, kPlenty, 0, 1);
  history.take(at(2), 1, change(2, 2, 1));
  EXPECT_NE(history.take(at(3), 1, change(2, 3, 3)), "");
}

TEST(KeyHistory, RefusesACreateRevisionThatChanges) {
  KeyHistory history(0, kPlenty, 0, 1);
  history.take(at(2), 1, change(2, 2, 1));
  EXPECT_NE(history.take(at(3), 1, change(1, 3, 2)), "");
}

TEST(KeyHistory, RefusesASecondTombstone) {
  KeyHistory history(0, kPlenty, 0, 1);
  history.take(at(2), 1, change(2, 2, 1));
  history.take(at(3, true), 1, {});
  EXPECT_NE(history.take(at(4, true), 1, {}), "");
}

TEST(KeyHistory, RefusesATombstoneOfAKeyThatNeverWas) {
  KeyHistory history(0, kPlenty, 0, 1);
  EXPECT_NE(history.take(at(4, true), 1, {}), "");
}

TEST(KeyHistory, RefusesAVersionThatGoesOnAfterADeletion) {
  KeyHistory history(50, kPlenty, 0, 1);
  history.take(at(50, true), 1, {});
  EXPECT_NE(history.take(at(60), 1, change(2, 60, 5)), "");
}

TEST(KeyHistory, RefusesNumbersThatCannotBe) {
  for (const Record& record :
       {change(0, 5, 1), change(5, 5, 0), change(6, 5, 1), change(5, 5, 2), change(4, 5, 1), change(5, 5, -1)}) {
    KeyHistory history(100, kPlenty, 0, 1);
    EXPECT_NE(history.take(at(5), 1, record), "") << record.create_revision << ' ' << record.version;
  }
}

TEST(KeyHistory, KnowsTheLeasesOfKeysThatExist) {
  KeyHistory history(0, kPlenty, 0, 1);
  history.take(at(2), 1, change(2, 2, 1, 77));
  history.take(at(3), 2, change(3, 3, 1, 88));
  history.take(at(4, true), 2, {});
  history.take(at(5), 3, change(5, 5, 1));
  std::multiset<std::int64_t> leases;
  history.for_each_lease([&](std::int64_t lease) { leases.insert(lease); });
  EXPECT_EQ(leases, std::multiset<std::int64_t>{77});
}

TEST(KeyHistory, KeepsManyKeysApart) {
  KeyHistory history(0, 64 << 20, 0, 1);
  constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;
  for (std::int64_t i = 0; i < 100000; ++i) {
    ASSERT_EQ(history.take(at(i + 2), static_cast<std::uint64_t>(i) * kStep, change(i + 2, i + 2, 1)), "");
  }
  EXPECT_EQ(history.live(), 100000U);
  EXPECT_FALSE(history.gave_up());
}

TEST(KeyHistory, GivesUpBeyondItsMemory) {
  KeyHistory history(0, 1, 0, 1);
  for (std::uint64_t i = 1; i < 5000; ++i)
    history.take(at(2), i << 40U, change(2, 2, 1));
  EXPECT_TRUE(history.gave_up());
}

TEST(KeyHistory, SharesKeysOutAmongParts) {
  constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;
  std::uint64_t live = 0;
  for (std::uint32_t part = 0; part < 7; ++part) {
    KeyHistory history(0, kPlenty, part, 7);
    for (std::uint64_t i = 1; i <= 1000; ++i)
      history.take(at(2), i * kStep, change(2, 2, 1));
    EXPECT_GT(history.live(), 50U);
    live += history.live();
  }
  EXPECT_EQ(live, 1000U);
}

}  // namespace
}  // namespace holdfast::snapshot
