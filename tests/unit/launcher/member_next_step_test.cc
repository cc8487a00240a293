// The decisions one by one; member_model_test.cc goes through all there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/next_step.h"
#include "member_fixture.h"

namespace holdfast::launcher {
namespace {

using test::kId;
using testing::HasSubstr;

StagedFacts facts(const std::string& id = kId) {
  return test::some_facts(id, 1);
}

class NextStep : public testing::Test {
 protected:
  NextStep() { disk_.layout = {.root = "/var/lib", .base = "etcd", .inside = false}; }

  void live(std::optional<StagedFacts> of = {}) {
    disk_.live = Live::there;
    disk_.live_facts = std::move(of);
  }
  void add(Kind kind, const std::string& id = kId, bool with_facts = false) {
    disk_.others.push_back({.kind = kind, .id = id, .facts = {}});
    if (with_facts) disk_.others.back().facts = facts(id);
  }
  void journal(Doing doing, const std::string& id = kId) {
    disk_.journal_state = JournalState::readable;
    disk_.journal = {.doing = doing, .id = id};
  }
  Step next(Goal goal) const { return next_step(disk_, {.goal = goal, .id = kId, .key = key_of(facts())}); }
  void expect_refused(Goal goal, const std::string& why) const {
    const Step step = next(goal);
    EXPECT_EQ(step.kind, StepKind::refuse);
    EXPECT_THAT(step.reason, HasSubstr(why));
  }
  void expect_rename(Goal goal, const std::string& from, const std::string& to) const {
    const Step step = next(goal);
    ASSERT_EQ(step.kind, StepKind::rename) << step.reason;
    EXPECT_EQ(step.from, from);
    EXPECT_EQ(step.to, to);
  }

  MemberDisk disk_;
};

TEST_F(NextStep, OfASwapIsTheJournalBeforeAnyRename) {
  live();
  add(Kind::staged, kId, true);
  const Step step = next(Goal::swapped);
  EXPECT_EQ(step.kind, StepKind::write_journal);
  EXPECT_EQ(step.journal, (Journal{.doing = Doing::swap, .id = kId}));
  journal(Doing::swap);
  expect_rename(Goal::swapped, "etcd", "etcd.before-r-1");
}

TEST_F(NextStep, AfterTheFirstRenameIsTheSecondOrTheWayBack) {
  add(Kind::staged, kId, true);
  add(Kind::before);
  journal(Doing::swap);
  expect_rename(Goal::swapped, "etcd.staged-r-1", "etcd");
  EXPECT_EQ(next(Goal::returned).journal, (Journal{.doing = Doing::back, .id = kId}));
  journal(Doing::back);
  expect_rename(Goal::returned, "etcd.before-r-1", "etcd");
}

TEST_F(NextStep, HalfWayBackLeadsBothWays) {
  add(Kind::before);
  add(Kind::undone, kId, true);
  journal(Doing::back);
  expect_rename(Goal::returned, "etcd.before-r-1", "etcd");
  journal(Doing::swap);
  expect_rename(Goal::swapped, "etcd.undone-r-1", "etcd");
}

TEST_F(NextStep, AJournalThatCannotBeReadIsWrittenAnew) {
  live();
  add(Kind::staged, kId, true);
  disk_.journal_state = JournalState::damaged;
  EXPECT_EQ(next(Goal::swapped).kind, StepKind::write_journal);
}

TEST_F(NextStep, AnEmptyDirectoryMakesWay) {
  disk_.live = Live::empty;
  add(Kind::staged, kId, true);
  journal(Doing::swap);
  EXPECT_EQ(next(Goal::swapped).kind, StepKind::remove_empty);
}

TEST_F(NextStep, NothingMovesUnderARunningEtcd) {
  live();
  disk_.held = true;
  add(Kind::staged, kId, true);
  expect_refused(Goal::swapped, "etcd still runs on /var/lib/etcd");
  live(facts());
  disk_.others.clear();
  add(Kind::before);
  expect_refused(Goal::returned, "etcd still runs on /var/lib/etcd");
  EXPECT_EQ(next(Goal::swapped).kind, StepKind::done);
}

TEST_F(NextStep, WithoutAnythingStagedThereIsNoSwap) {
  live();
  expect_refused(Goal::swapped, "nothing is staged");
  add(Kind::staged);
  expect_refused(Goal::swapped, "not proven");
  disk_.others.clear();
  add(Kind::undone, kId, true);
  expect_refused(Goal::swapped, "was taken back; what it brought is /var/lib/etcd.undone-r-1");
}

TEST_F(NextStep, AStrangerInThePlaceOfTheDataDirectoryIsNotTouched) {
  live();
  add(Kind::before);
  add(Kind::staged, kId, true);
  for (const Goal goal : {Goal::swapped, Goal::returned, Goal::forgotten})
    expect_refused(goal, "something else made it");
}

TEST_F(NextStep, ThereIsNoWayBackToALostDisk) {
  live(facts());
  expect_refused(Goal::returned, "nothing to go back to");
}

TEST_F(NextStep, AnotherRestoreThatIsHalfDoneComesFirst) {
  add(Kind::before, "r-0");
  add(Kind::staged, "r-0", true);
  add(Kind::staged, kId, true);
  journal(Doing::swap, "r-0");
  expect_refused(Goal::swapped, "the swap of restore r-0 is half done");
  expect_refused(Goal::returned, "the swap of restore r-0 is half done");
}

TEST_F(NextStep, WhatWasBeforeIsRemovedOnlyWhenSomethingProvenRuns) {
  add(Kind::before);
  expect_refused(Goal::forgotten, "the only data there is");
  live(facts("r-2"));
  expect_rename(Goal::forgotten, "etcd.before-r-1", "etcd.removing-r-1");
}

TEST_F(NextStep, WhatIsHalfRemovedIsRemovedToTheEnd) {
  live(facts());
  add(Kind::removing);
  const Step step = next(Goal::forgotten);
  EXPECT_EQ(step.kind, StepKind::remove_tree);
  EXPECT_EQ(step.from, "etcd.removing-r-1");
}

TEST_F(NextStep, WhatIsStagedIsKeptWhenItIsTheSame) {
  live();
  add(Kind::staged, kId, true);
  EXPECT_EQ(next(Goal::staged).kind, StepKind::done);
  disk_.others[0].facts->source_sha256 = std::string(64, 'e');
  expect_rename(Goal::staged, "etcd.staged-r-1", "etcd.removing-r-1");
  journal(Doing::swap);
  expect_refused(Goal::staged, "has begun");
}

TEST_F(NextStep, AnIdIsStagedOnce) {
  live(facts());
  expect_refused(Goal::staged, "already");
  live();
  add(Kind::undone);
  expect_refused(Goal::staged, "was carried out here before");
}

TEST_F(NextStep, LeftoversOfAnyStagingAreRemovedBeforeTheNext) {
  add(Kind::building, "r-0");
  EXPECT_EQ(next(Goal::staged).from, "etcd.building-r-0");
  disk_.others.clear();
  disk_.leftovers = {".etcd.journal.1-0.tmp"};
  EXPECT_EQ(next(Goal::staged).from, ".etcd.journal.1-0.tmp");
  disk_.leftovers.clear();
  const Step step = next(Goal::staged);
  EXPECT_EQ(step.kind, StepKind::build);
  EXPECT_EQ(step.to, "etcd.building-r-1");
}

TEST_F(NextStep, AnIdThatIsNoneIsRefused) {
  EXPECT_EQ(next_step(disk_, {.goal = Goal::returned, .id = "../x", .key = {}}).kind, StepKind::refuse);
}

}  // namespace
}  // namespace holdfast::launcher
