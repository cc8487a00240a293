#include "control/restore/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/restore/course.h"

namespace holdfast::control {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RestoreCourse : public testing::Test, public Course {};

TEST_F(RestoreCourse, GoesThroughThePhasesThatUsersKnow) {
  run_to_completed();
  EXPECT_THAT(phases, ElementsAre("Started", "Staging", "StsRebuilding", "Completed"));
  EXPECT_EQ(record().decision, Decision::swap);
  EXPECT_EQ(record().percent, 100);
  EXPECT_EQ(record().safety_backup, "before-r1");
  EXPECT_FALSE(record().degraded);
  EXPECT_EQ(view.hold.holder, "");
}

TEST_F(RestoreCourse, GivesEachMemberOneOrderAfterTheOther) {
  run_to_staging();
  EXPECT_EQ(given.front().target_revision, 1'000'001'000) << "the live revision and a thousand million";
  EXPECT_THAT(open_orders(), ElementsAre("m1 Stage", "m2 Stage", "m3 Stage"));
  answer_all();
  EXPECT_EQ(record().step, Step::safety);
  EXPECT_THAT(open_orders(), IsEmpty());
  view.safety->state = Work::State::done;
  settle();
  EXPECT_THAT(open_orders(), ElementsAre("m1 StopMember", "m2 StopMember", "m3 StopMember"));
  answer_all();
  EXPECT_THAT(open_orders(), ElementsAre("m1 SwapMember", "m2 SwapMember", "m3 SwapMember"));
  EXPECT_EQ(given.back().starts, 1);
  answer(0);
  settle();
  EXPECT_THAT(open_orders(), ElementsAre("m1 StartMember", "m2 SwapMember", "m3 SwapMember"));
}

TEST_F(RestoreCourse, WaitsForLaunchersAndGoesOnWhenTheyAreThere) {
  view.launchers_enabled = false;
  settle();
  EXPECT_EQ(phase(), "EtcdLauncherNotEnabled");
  EXPECT_THAT(record().message, HasSubstr("kubectl patch cluster prod"));
  view.launchers_enabled = true;
  view.etcd_members.emplace_back("m4");
  settle();
  EXPECT_EQ(phase(), "EtcdLauncherNotEnabled");
  EXPECT_THAT(record().message, HasSubstr("no launcher of m4"));
  view.etcd_members.pop_back();
  settle();
  EXPECT_EQ(phase(), "Started");
  EXPECT_EQ(record().step, Step::preflight);
}

TEST_F(RestoreCourse, WaitsItsTurn) {
  view.others.push_back({.name = "r0", .created = now - Seconds(5), .swapped = {}});
  view.others.push_back({.name = "r2", .created = now + Seconds(5), .swapped = {}});
  settle();
  EXPECT_EQ(record().step, Step::waiting);
  EXPECT_THAT(record().message, HasSubstr("waits for restore r0"));
  view.others[0].ended = true;
  settle();
  EXPECT_EQ(record().step, Step::preflight) << "r2 is younger";
}

TEST_F(RestoreCourse, HoldsTheClusterFromStagingOn) {
  run_to_preflight();
  EXPECT_EQ(view.hold.holder, "");
  run_to_staging();
  EXPECT_EQ(view.hold.holder, "r1");
  EXPECT_TRUE(view.has_finalizer);
  view.hold.holder.clear();
  settle();
  EXPECT_EQ(view.hold.holder, "r1") << "somebody had taken the mark away";
}

TEST_F(RestoreCourse, IsRefusedBeforeAnythingIsTouched) {
  run_to_preflight();
  view.members[1].free_bytes = 50;
  run_to_staging();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(record().reason, "TooLittleRoom");
  EXPECT_THAT(record().message, AllOf(HasSubstr("m2 has 50 B free"), HasSubstr("Nothing was touched")));
  EXPECT_THAT(given, IsEmpty());
}

TEST_F(RestoreCourse, ADryRunChangesNothing) {
  view.spec.dry_run = true;
  run_to_staging();
  EXPECT_EQ(phase(), "Completed");
  EXPECT_EQ(record().reason, "DryRun");
  EXPECT_THAT(given, IsEmpty());
  EXPECT_FALSE(view.has_finalizer);
}

TEST_F(RestoreCourse, AFailureWhileStagingLeavesEtcdAlone) {
  run_to_staging();
  answer(1, "the object is damaged");
  settle();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_THAT(record().message, AllOf(HasSubstr("m2: the object is damaged"), HasSubstr("etcd is as it was")));
  EXPECT_THAT(open_orders(), ElementsAre("m1 ForgetMember", "m2 ForgetMember", "m3 ForgetMember"));
  EXPECT_TRUE(view.orders[0].cancelled) << "what is void is called off";
  EXPECT_EQ(view.hold.holder, "");
}

TEST_F(RestoreCourse, DifferentDataIsNotPutInPlace) {
  run_to_staging();
  answer(0);
  answer(1);
  hash = 43;
  answer(2);
  settle();
  EXPECT_EQ(record().reason, "StagedDiffers");
}

TEST_F(RestoreCourse, ASlowMemberIsWaitedForAsLongAsItMoves) {
  run_to_staging();
  for (int i = 0; i < 20; ++i) {
    for (OrderView& each : view.orders)
      each.work.moved = now;
    pass(Seconds(500));
  }
  EXPECT_EQ(record().step, Step::staging);
  pass(Seconds(601));
  EXPECT_EQ(record().reason, "MemberStalled");
}

TEST_F(RestoreCourse, NobodyIsSilentForWhatTheServerDidNotSee) {
  run_to_staging();
  now += Seconds(5000);
  view.awake_since = now;
  settle();
  EXPECT_EQ(record().step, Step::staging);
  now += Seconds(601);
  settle();
  EXPECT_EQ(record().reason, "LauncherSilent");
}

TEST_F(RestoreCourse, ASilentLauncherEndsTheStopAndTheOthersStart) {
  run_to_stopping();
  answer(0);
  answer(1);
  silence(2);
  settle();
  now += Seconds(61);
  view.members[0].heard = view.members[1].heard = now;
  settle();
  EXPECT_EQ(record().reason, "LauncherSilent");
  EXPECT_EQ(record().step, Step::aborting);
  EXPECT_THAT(open_orders(), ElementsAre("m1 StartMember", "m2 StartMember", "m3 StartMember"));
  EXPECT_THAT(record().message, HasSubstr("on h-m3 run: systemctl start holdfast-launcher"));
  answer(0);
  answer(1);
  settle();
  now += Seconds(400);
  view.members[0].heard = view.members[1].heard = now;
  settle();
  EXPECT_EQ(phase(), "Failed") << "a quorum serves";
}

TEST_F(RestoreCourse, AMemberThatStartedAgainIsStoppedAgainBeforeTheDecision) {
  run_to_stopping();
  answer(0);
  answer(1);
  settle();
  view.members[0].starts = 2;
  answer(2);
  settle();
  EXPECT_EQ(record().decision, Decision::none);
  EXPECT_THAT(open_orders(), ElementsAre("m1 StopMember"));
  answer_all();
  EXPECT_EQ(record().decision, Decision::swap);
}

TEST_F(RestoreCourse, TheRevisionLiesAboveTheHeadOrNothingIsDecided) {
  view.spec.bump = {.kind = RevisionBump::Kind::by, .by = 1'000'000'100};
  head = 1'000'001'000;
  run_to_swapping();
  EXPECT_EQ(record().decision, Decision::none);
  EXPECT_EQ(record().reason, "RevisionNotAhead");
}

TEST_F(RestoreCourse, WithoutABumpTimeMayRunBackwards) {
  view.spec.bump.kind = RevisionBump::Kind::off;
  head = 2'000'000'000;
  run_to_swapping();
  EXPECT_EQ(record().decision, Decision::swap);
}

TEST_F(RestoreCourse, TheSafetyBackupIsLeftOutWhenEtcdIsDown) {
  run_to_staging();
  view.etcd_serves = false;
  answer_all();
  EXPECT_EQ(record().step, Step::stopping);
  EXPECT_FALSE(record().safety_done);
}

TEST_F(RestoreCourse, ASafetyBackupThatFailsEndsIt) {
  run_to_safety();
  view.safety = Work{.state = Work::State::failed, .moved = now, .message = "the bucket is full"};
  settle();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_THAT(record().message, AllOf(HasSubstr("the bucket is full"), HasSubstr("spec.safetyBackup: false")));
}

TEST_F(RestoreCourse, CancelledBeforeTheDecisionItGoesBack) {
  run_to_stopping();
  answer(0);
  settle();
  view.spec.cancel = true;
  settle();
  EXPECT_EQ(record().step, Step::aborting);
  answer_all();
  EXPECT_EQ(phase(), "Failed");
  EXPECT_EQ(record().reason, "Cancelled");
}

TEST_F(RestoreCourse, CancelledAfterTheDecisionItGoesOn) {
  run_to_swapping();
  view.spec.cancel = true;
  settle();
  EXPECT_THAT(record().message, AllOf(HasSubstr("too late to cancel"), HasSubstr(R"({"spec":{"undo":true}})")));
  answer_all();
  answer_all();
  EXPECT_EQ(phase(), "Completed");
}

TEST_F(RestoreCourse, DeletedAfterTheDecisionItFinishesFirst) {
  run_to_swapping();
  view.going = true;
  settle();
  EXPECT_TRUE(view.has_finalizer);
  answer_all();
  answer_all();
  EXPECT_EQ(phase(), "Completed");
  EXPECT_FALSE(view.has_finalizer);
  EXPECT_EQ(given.back().type, OrderType::forget);
  EXPECT_EQ(given.back().not_before, record().kept_until) << "the launcher keeps to the time by itself";
}

TEST_F(RestoreCourse, FormerDataIsForgottenAfterTheGrace) {
  run_to_completed();
  pass(Seconds(86399));
  EXPECT_THAT(open_orders(), IsEmpty());
  EXPECT_EQ(look_again, record().kept_until);
  pass(Seconds(1));
  EXPECT_THAT(open_orders(), ElementsAre("m1 ForgetMember", "m2 ForgetMember", "m3 ForgetMember"));
}

TEST_F(RestoreCourse, AQuorumIsEnoughAndTheLastOneFollows) {
  run_to_swapping();
  silence(2);
  for (int i = 0; i < 2; ++i) {
    answer(0);
    answer(1);
    settle();
  }
  now += Seconds(100);
  view.members[0].heard = view.members[1].heard = now;
  settle();
  EXPECT_THAT(record().message, HasSubstr("on h-m3 run: systemctl start holdfast-launcher"));
  EXPECT_EQ(phase(), "StsRebuilding");
  now += Seconds(300);
  view.members[0].heard = view.members[1].heard = now;
  settle();
  EXPECT_EQ(phase(), "Completed");
  EXPECT_TRUE(record().degraded);
  EXPECT_EQ(view.hold.holder, "");
  pass(Seconds(5));
  answer_all();
  answer_all();
  EXPECT_FALSE(record().degraded);
  EXPECT_FALSE(record().needs_help);
}

TEST_F(RestoreCourse, WithoutAQuorumItWaitsAndSaysWhatToRun) {
  run_to_swapping();
  silence(1);
  silence(2);
  answer(0);
  settle();
  now += Seconds(100'000);
  view.members[0].heard = now;
  settle();
  EXPECT_EQ(record().step, Step::swapping);
  EXPECT_TRUE(record().needs_help);
  EXPECT_THAT(record().message, AllOf(HasSubstr("h-m2"), HasSubstr("h-m3"), HasSubstr("kubectl patch etcdrestore r1")));
}

TEST_F(RestoreCourse, OtherDataThanStagedIsTurnedBack) {
  run_to_swapping();
  answer_all();
  hash = 666;
  answer(0);
  settle();
  EXPECT_EQ(record().decision, Decision::return_);
  EXPECT_THAT(open_orders(), ElementsAre("m1 StopMember", "m2 StopMember", "m3 StopMember"));
  answer(0);
  settle();
  EXPECT_THAT(open_orders(), ElementsAre("m2 StopMember", "m3 StopMember")) << "two may serve the new data";
  answer(1);
  settle();
  EXPECT_THAT(open_orders(), ElementsAre("m1 ReturnMember", "m2 ReturnMember", "m3 StopMember"));
  for (int i = 0; i < 3; ++i)
    answer_all();
  EXPECT_EQ(phase(), "RolledBack");
  EXPECT_THAT(record().message, HasSubstr("Restart what watches it"));
}

TEST_F(RestoreCourse, CanBeUndoneUntilTheFormerDataIsForgotten) {
  run_to_completed();
  pass(Seconds(3600));
  view.spec.undo = true;
  settle();
  EXPECT_EQ(phase(), "StsRebuilding");
  EXPECT_EQ(view.hold.holder, "r1");
  for (int i = 0; i < 3; ++i)
    answer_all();
  EXPECT_EQ(phase(), "RolledBack");
  EXPECT_EQ(record().reason, "Undone");
}

TEST_F(RestoreCourse, CannotBeUndoneLater) {
  run_to_completed();
  pass(Seconds(90000));
  view.spec.undo = true;
  settle();
  EXPECT_EQ(phase(), "Completed");
  EXPECT_THAT(record().message, HasSubstr("cannot be undone any more"));
}

TEST_F(RestoreCourse, IsNotUndoneBelowALaterOne) {
  run_to_completed();
  view.others.push_back({.name = "r2", .created = now, .ended = true, .swapped = now + Seconds(60)});
  view.spec.undo = true;
  settle();
  EXPECT_EQ(record().decision, Decision::swap);
  EXPECT_THAT(record().message, HasSubstr("a later restore has taken its place"));
}

TEST_F(RestoreCourse, WritesNothingTwice) {
  run_to_completed();
  EXPECT_TRUE(decide_restore(view, now).is_at_rest());
  std::vector<std::string> reasons;
  for (const RestoreEvent& each : events)
    reasons.push_back(each.reason);
  EXPECT_THAT(reasons, ElementsAre("RestoreStarted", "RestoreStaging", "SafetyBackupTaken", "RestoreStopping",
                                   "RestoreDecided", "RestoreCompleted"));
}

}  // namespace
}  // namespace holdfast::control
