#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/naive_retention.h"
#include "unit/control/times.h"

#include "control/retention/decide.h"

namespace holdfast::control {
namespace {

using Backups = std::vector<BackupFacts>;

const Instant kNow = at("2027-01-06T12:00:00Z");

// Few names: many entries of one object.
BackupFacts arbitrary_backup(int names) {
  BackupFacts backup;
  const int number = *rc::gen::inRange(0, names);
  backup.name = std::to_string(number);
  backup.etcd = number % 8 == 0 ? "before" : number % 8 == 1 ? "" : "now";
  const int hours = *rc::gen::element(48, 24 * 60, 24 * 365 * 4);
  backup.slot = kNow - std::chrono::minutes(30 * *rc::gen::inRange(-4, 2 * hours));
  backup.made = static_cast<std::uint64_t>(*rc::gen::inRange(0, 100));
  backup.state = *rc::gen::weightedElement<BackupState>({{12, BackupState::good},
                                                         {3, BackupState::failed},
                                                         {2, BackupState::missing},
                                                         {1, BackupState::waiting},
                                                         {1, BackupState::running},
                                                         {1, BackupState::removing},
                                                         {1, BackupState::foreign}});
  backup.pinned = *rc::gen::inRange(0, 15) == 0;
  backup.in_use = *rc::gen::inRange(0, 15) == 0;
  if (*rc::gen::inRange(0, 10) == 0) backup.locked_until = kNow + Seconds(*rc::gen::inRange(-100, 100));
  if (*rc::gen::inRange(0, 10) == 0) backup.taken_over_until = kNow + Seconds(*rc::gen::inRange(-100, 100));
  return backup;
}

Backups arbitrary_backups() {
  Backups backups;
  const int names = *rc::gen::element(20, 60, 200);
  for (int count = *rc::gen::inRange(0, 70); count > 0; --count)
    backups.push_back(arbitrary_backup(names));
  return backups;
}

std::optional<std::int64_t> maybe(int least, int most) {
  if (*rc::gen::inRange(0, 3) != 0) return std::nullopt;
  return *rc::gen::inRange(least, most + 1);
}

RetentionPolicy arbitrary_policy() {
  RetentionPolicy policy;
  policy.keep = maybe(-2, 60);
  policy.keep_last = maybe(0, 20);
  policy.keep_hourly = maybe(0, 30);
  policy.keep_daily = maybe(0, 10);
  policy.keep_weekly = maybe(0, 6);
  policy.keep_monthly = maybe(0, 14);
  policy.keep_yearly = maybe(0, 3);
  if (const auto hours = maybe(1, 24 * 40)) policy.keep_within = std::chrono::hours(*hours);
  policy.zone = zone(*rc::gen::element<std::string>("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"));
  return policy;
}

Backups without(const Backups& backups, const std::vector<std::size_t>& removals) {
  Backups left;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (std::find(removals.begin(), removals.end(), i) == removals.end()) left.push_back(backups[i]);
  }
  return left;
}

TEST(RetentionProperties, RemovalsAreThoseOfTheNaiveRules) {
  std::size_t removed = 0;
  EXPECT_TRUE(rc::check("naive", [&] {
    const Backups backups = arbitrary_backups();
    const RetentionPolicy policy = arbitrary_policy();
    const RetentionDecision decision = decide(policy, backups, kNow);
    const std::set<std::size_t> removals(decision.removals.begin(), decision.removals.end());
    removed += removals.size();
    RC_ASSERT(removals == naive_removals(policy, backups, kNow));
    RC_ASSERT(removals.size() == decision.removals.size());
  }));
  EXPECT_GT(removed, 0U) << "nothing was removed in the whole run: it proved nothing";
}

TEST(RetentionProperties, EveryVerdictHasItsReasons) {
  EXPECT_TRUE(rc::check("reasons", [] {
    const Backups backups = arbitrary_backups();
    const RetentionDecision decision = decide(arbitrary_policy(), backups, kNow);
    RC_ASSERT(decision.verdicts.size() == backups.size());
    for (std::size_t i = 0; i < backups.size(); ++i) {
      const Verdict& verdict = decision.verdicts[i];
      const bool listed = std::count(decision.removals.begin(), decision.removals.end(), i) == 1;
      RC_ASSERT(listed == (verdict.fate == Fate::remove));
      RC_ASSERT(!verdict.reasons.empty());
      if (verdict.fate != Fate::keep) RC_ASSERT(verdict.reasons.size() == 1U);
    }
  }));
}

TEST(RetentionProperties, RemovalsGoFromTheOldestToTheNewest) {
  EXPECT_TRUE(rc::check("order", [] {
    const Backups backups = arbitrary_backups();
    const RetentionDecision decision = decide(arbitrary_policy(), backups, kNow);
    RC_ASSERT(std::is_sorted(decision.removals.begin(), decision.removals.end(),
                             [&](std::size_t a, std::size_t b) { return backups[a].slot < backups[b].slot; }));
  }));
}

TEST(RetentionProperties, WhateverIsAskedTheNewestGoodOneStays) {
  EXPECT_TRUE(rc::check("newest good", [] {
    const Backups backups = arbitrary_backups();
    const Instant now = kNow + std::chrono::hours(*rc::gen::inRange(-100000, 100000));
    const RetentionDecision decision = decide(arbitrary_policy(), backups, now);
    const auto good = [](const Backups& all) {
      return std::count_if(all.begin(), all.end(), [](const auto& each) { return each.state == BackupState::good; });
    };
    if (good(backups) == 0) return;
    const Backups left = without(backups, decision.removals);
    RC_ASSERT(good(left) > 0);
    const auto newest_slot = [&](const Backups& all) {
      std::optional<Instant> newest;
      for (const BackupFacts& each : all) {
        if (each.state == BackupState::good && each.slot <= now && (!newest || each.slot > *newest)) newest = each.slot;
      }
      return newest;
    };
    RC_ASSERT(newest_slot(left) == newest_slot(backups));
  }));
}

TEST(RetentionProperties, AnObjectGoesWithAllItsEntriesOrNotAtAll) {
  std::size_t removed_copies = 0;
  EXPECT_TRUE(rc::check("entries of one object", [&] {
    const Backups backups = arbitrary_backups();
    const RetentionDecision decision = decide(arbitrary_policy(), backups, kNow);
    for (const std::size_t i : decision.removals) {
      for (std::size_t j = 0; j < backups.size(); ++j) {
        if (i == j || backups[j].name != backups[i].name || backups[j].state == BackupState::missing) continue;
        ++removed_copies;
        RC_ASSERT(decision.verdicts[j].fate == Fate::remove);
      }
    }
  }));
  EXPECT_GT(removed_copies, 0U) << "no object with two entries was removed: it proved nothing";
}

TEST(RetentionProperties, ASecondEntryOfAGoodBackupChangesNothing) {
  EXPECT_TRUE(rc::check("twins", [] {
    Backups backups = arbitrary_backups();
    for (std::size_t i = 0; i < backups.size(); ++i)
      backups[i].name = std::to_string(i);
    const RetentionPolicy policy = arbitrary_policy();
    Backups twice = backups;
    for (const BackupFacts& each : backups) {
      if (each.state == BackupState::good && *rc::gen::inRange(0, 2) == 0) twice.push_back(each);
    }
    const auto names = [&](const Backups& all) {
      std::set<std::string> found;
      for (const std::size_t i : decide(policy, all, kNow).removals)
        found.insert(all[i].name);
      return found;
    };
    RC_ASSERT(names(twice) == names(backups));
  }));
}

TEST(RetentionProperties, TheOrderGivenDoesNotMatter) {
  EXPECT_TRUE(rc::check("permutation", [] {
    const Backups backups = arbitrary_backups();
    const RetentionPolicy policy = arbitrary_policy();
    Backups reversed(backups.rbegin(), backups.rend());
    const auto names = [&](const Backups& all) {
      std::multiset<std::string> found;
      for (const std::size_t i : decide(policy, all, kNow).removals)
        found.insert(all[i].name);
      return found;
    };
    // Two made at the same moment under one name and slot cannot be told apart, whichever goes.
    RC_ASSERT(names(backups) == names(reversed));
  }));
}

TEST(RetentionProperties, AfterTheRemovalsNothingMoreIsRemoved) {
  EXPECT_TRUE(rc::check("idempotence", [] {
    const Backups backups = arbitrary_backups();
    const RetentionPolicy policy = arbitrary_policy();
    const Backups left = without(backups, decide(policy, backups, kNow).removals);
    RC_ASSERT(decide(policy, left, kNow).removals.empty());
  }));
}

TEST(RetentionProperties, AfterAnyPartOfTheRemovalsTheRestIsTheSame) {
  EXPECT_TRUE(rc::check("a few at a time", [] {
    const Backups backups = arbitrary_backups();
    const RetentionPolicy policy = arbitrary_policy();
    const RetentionDecision decision = decide(policy, backups, kNow);
    const auto first = std::min<std::size_t>(3, decision.removals.size());
    const Backups left =
        without(backups, {decision.removals.begin(), decision.removals.begin() + static_cast<std::ptrdiff_t>(first)});
    RC_ASSERT(decide(policy, left, kNow).removals.size() == decision.removals.size() - first);
  }));
}

}  // namespace
}  // namespace holdfast::control
