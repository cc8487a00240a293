// bring_to() on a real disk, without accidents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"
#include "member_fixture.h"

#include "support/faulty_file_system.h"

namespace holdfast::launcher {
namespace {

using test::Contents;
using test::kId;
using test::MemberPlace;
using test::PlaceKind;
using testing::HasSubstr;

class MemberSwap : public testing::TestWithParam<PlaceKind> {
 protected:
  Status bring(Goal goal, const std::string& id = kId) {
    return bring_to(os::real_file_system(), place_.place(), {.goal = goal, .id = id, .key = {}}, held_);
  }
  void expect_done(Goal goal, const std::string& id = kId) {
    const Status done = bring(goal, id);
    EXPECT_TRUE(done) << done.error().to_string();
  }

  MemberPlace place_{GetParam()};
  HeldCheck held_;
};

INSTANTIATE_TEST_SUITE_P(Places, MemberSwap, testing::Values(PlaceKind::beside, PlaceKind::inside),
                         [](const auto& one) { return one.param == PlaceKind::beside ? "Beside" : "Inside"; });

TEST_P(MemberSwap, PutsTheStagedDirectoryInPlaceAndKeepsTheOther) {
  place_.make_live("old");
  place_.make_staged("new");
  expect_done(Goal::swapped);
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}, {".before-r-1", "old"}}));
  expect_done(Goal::swapped);
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}, {".before-r-1", "old"}}));
}

TEST_P(MemberSwap, IsTakenBackAndWhatItBroughtIsKept) {
  place_.make_live("old");
  place_.make_staged("new");
  expect_done(Goal::swapped);
  expect_done(Goal::returned);
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".undone-r-1", "new"}}));
  expect_done(Goal::returned);
  EXPECT_EQ(bring(Goal::swapped).error().code, Code::refused);
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".undone-r-1", "new"}}));
}

TEST_P(MemberSwap, ThatNeverHappenedIsTakenBackAtOnce) {
  place_.make_live("old");
  place_.make_staged("new");
  expect_done(Goal::returned);
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".staged-r-1", "new"}}));
}

TEST_P(MemberSwap, OfALostDiskLeavesNothingBehindAndHasNoWayBack) {
  place_.make_staged("new");
  ASSERT_TRUE(os::real_file_system().make_directories(place_.layout().live()));
  expect_done(Goal::swapped);
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}}));
  const Status back = bring(Goal::returned);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, Code::refused);
  EXPECT_THAT(back.error().message, HasSubstr("nothing to go back to"));
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}}));
}

TEST_P(MemberSwap, OfAMissingDirectoryNeedsNone) {
  place_.make_staged("new");
  expect_done(Goal::swapped);
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}}));
}

TEST_P(MemberSwap, ForgettingRemovesWhatIsKeptAndNothingElse) {
  place_.make_live("old");
  place_.make_staged("new");
  place_.make_staged("next", "r-2");
  expect_done(Goal::swapped);
  expect_done(Goal::forgotten);
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}, {".staged-r-2", "next"}}));
  expect_done(Goal::forgotten);
}

TEST_P(MemberSwap, ForgettingBeforeTheSwapLeavesTheRunningOne) {
  place_.make_live("old");
  place_.make_staged("new");
  expect_done(Goal::forgotten);
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}}));
}

TEST_P(MemberSwap, TwoRestoresAreTakenBackOneAfterTheOther) {
  place_.make_live("old");
  place_.make_staged("new");
  expect_done(Goal::swapped);
  place_.make_staged("newer", "r-2");
  expect_done(Goal::swapped, "r-2");
  EXPECT_EQ(bring(Goal::returned).error().code, Code::refused);
  expect_done(Goal::returned, "r-2");
  expect_done(Goal::returned);
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".undone-r-1", "new"}, {".undone-r-2", "newer"}}));
}

TEST_P(MemberSwap, IsRefusedWhileEtcdRunsAndLeavesNoJournal) {
  place_.make_live("old");
  place_.make_staged("new");
  held_ = [](const std::string&) { return true; };
  const Status swapped = bring(Goal::swapped);
  ASSERT_FALSE(swapped);
  EXPECT_EQ(swapped.error().code, Code::refused);
  EXPECT_THAT(swapped.error().message, HasSubstr("etcd still runs"));
  EXPECT_THAT(swapped.error().hint, HasSubstr("stop it"));
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".staged-r-1", "new"}}));
}

TEST_P(MemberSwap, WhenItCannotBeToldWhetherEtcdRunsNothingMoves) {
  place_.make_live("old");
  place_.make_staged("new");
  held_ = [](const std::string&) -> Result<bool> { return fail(Code::refused, "no permission"); };
  EXPECT_THAT(bring(Goal::swapped).error().to_string(), HasSubstr("whether etcd still runs"));
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".staged-r-1", "new"}}));
}

TEST_P(MemberSwap, ADataDirectoryThatAppearedMeanwhileIsNotTouched) {
  place_.make(place_.name(Kind::before), "old");
  place_.make_staged("new");
  place_.make_journal(encode_journal({.doing = Doing::swap, .id = kId}));
  place_.make_live("somebody's");
  const auto all = place_.contents();
  for (const Goal goal : {Goal::swapped, Goal::returned, Goal::forgotten})
    EXPECT_EQ(bring(goal).error().code, Code::refused);
  EXPECT_EQ(place_.contents(), all);
}

TEST_P(MemberSwap, StagingIsNotForHere) {
  place_.make_live("old");
  EXPECT_EQ(bring(Goal::staged).error().code, Code::internal);
}

}  // namespace
}  // namespace holdfast::launcher
