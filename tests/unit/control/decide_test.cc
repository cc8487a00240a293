#include "control/retention/decide.h"

#include <algorithm>

#include "unit/control/times.h"

namespace holdfast::control {
namespace {

using testing::Test;
using Names = std::vector<std::string>;
using Texts = std::vector<std::string>;

const Instant kNow = at("2026-11-21T12:00:00Z");

// One good backup a day at 01:00, the last one today: "0" is today's, "1" yesterday's.
std::vector<BackupFacts> daily(int count) {
  std::vector<BackupFacts> backups;
  for (int i = count - 1; i >= 0; --i)
    backups.push_back({.name = std::to_string(i), .slot = at("2026-11-21T01:00:00Z") - std::chrono::days(i)});
  return backups;
}

BackupFacts& named(std::vector<BackupFacts>& backups, std::string_view name) {
  return *std::find_if(backups.begin(), backups.end(), [&](const auto& each) { return each.name == name; });
}

Names removed(const RetentionPolicy& policy, const std::vector<BackupFacts>& backups, Instant now = kNow) {
  Names names;
  for (const std::size_t i : decide(policy, backups, now).removals)
    names.push_back(backups[i].name);
  return names;
}

Verdict verdict(const RetentionPolicy& policy, const std::vector<BackupFacts>& backups, std::string_view name) {
  const RetentionDecision decision = decide(policy, backups, kNow);
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (backups[i].name == name) return decision.verdicts[i];
  }
  ADD_FAILURE() << "no backup " << name;
  return {};
}

TEST(Retention, KeepsTwentyUnlessToldOtherwise) {
  EXPECT_EQ(removed({}, daily(20)), Names{});
  EXPECT_EQ(removed({}, daily(22)), (Names{"21", "20"}));
}

TEST(Retention, OldestAreRemovedFirst) {
  EXPECT_EQ(removed({.keep = 2}, daily(5)), (Names{"4", "3", "2"}));
}

TEST(Retention, BackupsOfAnEtcdThatIsNoMoreArePushedOutByNone) {
  std::vector<BackupFacts> backups = daily(9);
  for (BackupFacts& each : backups)
    each.etcd = each.name < "5" ? "new" : "lost";
  EXPECT_EQ(removed({.keep = 2}, backups), (Names{"8", "7", "4", "3", "2"}));
  EXPECT_EQ(verdict({.keep = 2}, backups, "5").reasons, (Texts{"last 1 of 2", "newest good backup of another etcd"}));
}

TEST(Retention, KeptBackupsSayTheirPlace) {
  EXPECT_EQ(verdict({.keep = 20}, daily(30), "2").reasons, Texts{"last 3 of 20"});
  EXPECT_EQ(verdict({.keep = 20}, daily(30), "2").fate, Fate::keep);
}

TEST(Retention, RemovedBackupsSayWhatTheyAreBeyond) {
  EXPECT_EQ(verdict({.keep = 20}, daily(30), "20").reasons, Texts{"beyond keep 20"});
  EXPECT_EQ(verdict({.keep_last = 3, .keep_daily = 7, .keep_within = Seconds(3600)}, daily(30), "20").reasons,
            Texts{"beyond keepLast 3, keepDaily 7, keepWithin 1h"});
}

TEST(Retention, KeepOfZeroKeepsOne) {
  EXPECT_EQ(removed({.keep = 0}, daily(3)), (Names{"2", "1"}));
}

TEST(Retention, NoRuleRemovesTheNewestGoodOne) {
  EXPECT_EQ(removed({.keep_last = 0}, daily(3)), (Names{"2", "1"}));
  EXPECT_EQ(verdict({.keep_last = 0}, daily(3), "0").reasons, Texts{"newest good backup"});
}

TEST(Retention, OwnRulesWithoutKeepStandAlone) {
  EXPECT_EQ(removed({.keep_last = 2}, daily(4)), (Names{"3", "2"}));
  EXPECT_EQ(removed({.keep = 3, .keep_last = 2}, daily(4)), Names{"3"});
}

TEST(Retention, MoreThanFiftyAreKeptByOurOwnFieldOnly) {
  EXPECT_EQ(removed({.keep = 60}, daily(60)).size(), 10U);
  EXPECT_EQ(removed({.keep_last = 60}, daily(60)).size(), 0U);
}

TEST(Retention, EachBucketKeepsItsNewest) {
  auto backups = daily(3);
  backups.push_back({.name = "evening", .slot = at("2026-11-20T20:00:00Z")});
  EXPECT_EQ(removed({.keep_daily = 2}, backups), (Names{"2", "1"}));
  EXPECT_EQ(verdict({.keep_daily = 2}, backups, "evening").reasons, Texts{"daily 2026-11-20"});
}

TEST(Retention, DaysWithoutABackupAreNotCounted) {
  std::vector<BackupFacts> backups{{.name = "old", .slot = at("2026-01-01T00:00:00Z")},
                                   {.name = "new", .slot = at("2026-11-20T00:00:00Z")}};
  EXPECT_EQ(removed({.keep_daily = 2}, backups), Names{});
}

TEST(Retention, RulesAddUp) {
  const RetentionPolicy policy{.keep_last = 1, .keep_weekly = 2, .keep_monthly = 2, .keep_yearly = 1};
  const auto backups = daily(60);
  EXPECT_EQ(removed(policy, backups).size(), 57U);
  EXPECT_EQ(verdict(policy, backups, "0").reasons,
            (Texts{"last 1 of 1", "weekly 2026-W47", "monthly 2026-11", "yearly 2026", "newest good backup"}));
  EXPECT_EQ(verdict(policy, backups, "6").reasons, Texts{"weekly 2026-W46"});
  EXPECT_EQ(verdict(policy, backups, "21").reasons, Texts{"monthly 2026-10"});
}

TEST(Retention, BucketsBeginInTheZoneOfTheSchedule) {
  std::vector<BackupFacts> backups{{.name = "late", .slot = at("2026-11-20T23:30:00Z")},
                                   {.name = "early", .slot = at("2026-11-20T22:30:00Z")}};
  EXPECT_EQ(removed({.keep_daily = 5}, backups), Names{"early"});
  EXPECT_EQ(removed({.keep_daily = 5, .zone = zone("Europe/Berlin")}, backups), Names{});
}

TEST(Retention, WithinCountsFromTheNewestAndNotFromNow) {
  const RetentionPolicy policy{.keep_within = std::chrono::days(2)};
  EXPECT_EQ(removed(policy, daily(5)), (Names{"4", "3"}));
  EXPECT_EQ(removed(policy, daily(5), kNow + std::chrono::days(3650)), (Names{"4", "3"}));
  EXPECT_EQ(verdict(policy, daily(5), "2").reasons, Texts{"within 2d"});
}

TEST(Retention, FailedOnesAreNotCounted) {
  auto backups = daily(4);
  named(backups, "0").state = BackupState::failed;
  EXPECT_EQ(removed({.keep = 2}, backups), Names{"3"});
  EXPECT_EQ(verdict({.keep = 2}, backups, "1").reasons, (Texts{"last 1 of 2", "newest good backup"}));
}

TEST(Retention, TheNewestGoodOneStaysHoweverManyFailed) {
  auto backups = daily(8);
  for (int i = 0; i < 7; ++i)
    named(backups, std::to_string(i)).state = BackupState::failed;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{});
}

TEST(Retention, OnlyTheLatestFailuresAreRemembered) {
  auto backups = daily(15);
  for (auto& backup : backups)
    backup.state = BackupState::failed;
  EXPECT_EQ(removed({.keep = 1}, backups), (Names{"14", "13", "12", "11", "10"}));
  EXPECT_EQ(verdict({}, backups, "10").reasons, Texts{"beyond the 10 latest failures"});
  EXPECT_EQ(verdict({}, backups, "9").reasons, Texts{"failed"});
}

TEST(Retention, UnfinishedAndForeignOnesAreNotCounted) {
  auto backups = daily(5);
  named(backups, "4").state = BackupState::foreign;
  named(backups, "3").state = BackupState::removing;
  named(backups, "1").state = BackupState::running;
  named(backups, "0").state = BackupState::waiting;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{});
  EXPECT_EQ(verdict({}, backups, "4").reasons, Texts{"not made by this config"});
  EXPECT_EQ(verdict({}, backups, "3").reasons, Texts{"being removed"});
  EXPECT_EQ(verdict({}, backups, "1").reasons, Texts{"still running"});
  EXPECT_EQ(verdict({}, backups, "0").reasons, Texts{"not started"});
  EXPECT_EQ(verdict({}, backups, "4").fate, Fate::not_counted);
}

TEST(Retention, PinnedOnesStayBesideWhatIsCounted) {
  auto backups = daily(4);
  named(backups, "0").pinned = true;
  named(backups, "3").pinned = true;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"2"});
  EXPECT_EQ(verdict({.keep = 1}, backups, "3").reasons, Texts{"pinned"});
}

TEST(Retention, WhatARestoreUsesStaysMeanwhile) {
  auto backups = daily(3);
  named(backups, "2").in_use = true;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"1"});
  EXPECT_EQ(verdict({.keep = 1}, backups, "2").reasons, Texts{"used by a running restore"});
}

TEST(Retention, LockedOnesStayUntilTheLockEnds) {
  auto backups = daily(3);
  named(backups, "2").locked_until = kNow + Seconds(1);
  named(backups, "1").locked_until = kNow;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"1"});
  EXPECT_EQ(verdict({.keep = 1}, backups, "2").reasons, Texts{"object lock until 2026-11-21T12:00:01Z"});
}

TEST(Retention, WhatAFormerConfigLeftStaysForAWhile) {
  auto backups = daily(3);
  named(backups, "2").taken_over_until = kNow + Seconds(1);
  named(backups, "1").taken_over_until = kNow;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"1"});
  EXPECT_EQ(verdict({.keep = 1}, backups, "2").reasons,
            Texts{"older than this backup config, which removes it from 2026-11-21T12:00:01Z on"});
  EXPECT_EQ(verdict({.keep = 3}, backups, "2").reasons, Texts{"last 3 of 3"});
}

TEST(Retention, OnesFromTheFutureNeitherGoNorPushOthersOut) {
  auto backups = daily(3);
  backups.push_back({.name = "future", .slot = at("2099-01-01T00:00:00Z")});
  EXPECT_EQ(removed({.keep = 2}, backups), Names{"2"});
  EXPECT_EQ(verdict({.keep = 2}, backups, "future").reasons, Texts{"its time lies in the future"});
}

TEST(Retention, TheOneMadeLastStaysThoughItsClockWasBehind) {
  auto backups = daily(3);
  backups.push_back({.name = "behind", .slot = at("2019-01-01T00:00:00Z"), .made = 9});
  EXPECT_EQ(removed({.keep = 1}, backups), (Names{"2", "1"}));
  EXPECT_EQ(verdict({.keep = 1}, backups, "behind").reasons, Texts{"made last"});
}

TEST(Retention, OfTheSameSlotTheOneMadeLaterIsNewer) {
  std::vector<BackupFacts> backups{{.name = "z", .slot = at("2026-11-20T00:00:00Z"), .made = 1},
                                   {.name = "a", .slot = at("2026-11-20T00:00:00Z"), .made = 2}};
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"z"});
}

TEST(Retention, AnObjectThatAnotherEntryNamesStays) {
  auto backups = daily(12);
  for (auto& backup : backups)
    backup.state = BackupState::failed;
  named(backups, "11").name = "retried";
  backups.push_back({.name = "retried", .slot = at("2026-11-21T01:00:00Z")});
  EXPECT_EQ(removed({.keep = 5}, backups), Names{"10"});
}

TEST(Retention, AOneTimeConfigLosesNothing) {
  auto backups = daily(60);
  named(backups, "0").state = BackupState::failed;
  EXPECT_EQ(removed({.keep = 1, .one_time = true}, backups), Names{});
  EXPECT_EQ(verdict({.one_time = true}, backups, "5").reasons, Texts{"one-time backup"});
}

TEST(Retention, NothingGivesNothing) {
  EXPECT_TRUE(decide({}, {}, kNow).verdicts.empty());
}

TEST(Retention, TwoEntriesOfOneObjectCountOnce) {
  std::vector<BackupFacts> backups = daily(3);
  for (const BackupFacts& each : daily(3))
    backups.push_back(each);
  EXPECT_EQ(removed({.keep = 3}, backups), Names{});
  EXPECT_EQ(removed({.keep = 2}, backups), (Names{"2", "2"}));
}

TEST(Retention, WhatAnotherEntrySaysToBeDamagedDoesNotCountAsGood) {
  std::vector<BackupFacts> backups = daily(3);
  backups.push_back(named(backups, "0"));
  backups.back().state = BackupState::failed;
  EXPECT_EQ(removed({.keep = 1}, backups), Names{"2"});
  EXPECT_EQ(verdict({.keep = 1}, backups, "0").reasons, Texts{"another entry says that its object is damaged"});
}

TEST(Retention, AnEntryThatIsMissingDoesNotHoldItsTwin) {
  std::vector<BackupFacts> backups = daily(3);
  backups.push_back(named(backups, "2"));
  backups.back().state = BackupState::missing;
  EXPECT_EQ(removed({.keep = 2}, backups), Names{"2"});
}

}  // namespace
}  // namespace holdfast::control
