#include "etcd/snapshot_failover.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_etcd.h"

namespace holdfast::etcd {
namespace {

using test::SnapshotFault;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Three members; "b" and "c" follow, "a" leads, so the order is b, c, a.
class SnapshotFailover : public testing::Test {
 protected:
  SnapshotFailover() {
    for (const char* endpoint : {"a", "b", "c"})
      etcd_.add_member(endpoint);
    etcd_.serve_database(Bytes(64 * kKiB, 42));
  }

  Result<FailoverOutcome> run() {
    return snapshot_with_failover(etcd_, choose_members(probe_members(etcd_)), attempt_, stop_.get_token());
  }

  test::FakeEtcd etcd_;
  std::stop_source stop_;
  std::vector<std::string> attempts_;
  Bytes got_;
  SnapshotAttempt attempt_ = [this](SnapshotStream& stream, const Candidate& candidate) -> Status {
    attempts_.push_back(candidate.status.endpoint);
    HF_ASSIGN(got_, read_all(stream, kMiB));
    return {};
  };
};

TEST_F(SnapshotFailover, TakesTheFirstCandidateWhenAllIsWell) {
  const auto outcome = run();
  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->candidate.status.endpoint, "b");
  EXPECT_THAT(outcome->failures, IsEmpty());
  EXPECT_EQ(got_.size(), 64 * kKiB + 32);
}

TEST_F(SnapshotFailover, GoesOnToTheNextMemberWhenTheStreamBreaks) {
  etcd_.plan("b", {.kind = SnapshotFault::Kind::break_off, .at = 40'000});
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->candidate.status.endpoint, "c");
  EXPECT_THAT(outcome->failures, ElementsAre(HasSubstr("b: snapshot: injected: connection reset")));
  EXPECT_THAT(attempts_, ElementsAre("b", "c"));
  EXPECT_EQ(got_.size(), 64 * kKiB + 32);
  EXPECT_EQ(etcd_.faults_left(), 0U);
}

TEST_F(SnapshotFailover, GoesOnWhenAMemberRefusesStallsOrLies) {
  etcd_.plan("b", {.kind = SnapshotFault::Kind::refuse});
  etcd_.plan("c", {.kind = SnapshotFault::Kind::wrong_trailer});
  const auto outcome = run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->candidate.status.endpoint, "a");
  EXPECT_EQ(outcome->failures.size(), 2U);
  EXPECT_THAT(attempts_, ElementsAre("c", "a"));
  EXPECT_EQ(etcd_.faults_left(), 0U);
}

TEST_F(SnapshotFailover, GoesOnWhenTheContentIsFoundCorrupt) {
  attempt_ = [this](SnapshotStream&, const Candidate& candidate) -> Status {
    attempts_.push_back(candidate.status.endpoint);
    if (attempts_.size() == 1) return fail(Code::corrupt, "page 7 has id 9");
    return {};
  };
  EXPECT_EQ(run()->candidate.status.endpoint, "c");
}

TEST_F(SnapshotFailover, DoesNotBlameMembersForAFailingDisk) {
  attempt_ = [this](SnapshotStream& stream, const Candidate& candidate) -> Status {
    attempts_.push_back(candidate.status.endpoint);
    Bytes buffer(1024);
    HF_TRY(stream.read(buffer));
    return fail(Code::no_space, "disk full");
  };
  EXPECT_EQ(run().error().code, Code::no_space);
  EXPECT_THAT(attempts_, ElementsAre("b"));
}

TEST_F(SnapshotFailover, DoesNotRepeatForAFailingBucketThatMayRecover) {
  attempt_ = [this](SnapshotStream&, const Candidate& candidate) -> Status {
    attempts_.push_back(candidate.status.endpoint);
    return fail(Code::unavailable, "bucket throttles");
  };
  EXPECT_EQ(run().error().message, "bucket throttles");
  EXPECT_THAT(attempts_, ElementsAre("b"));
}

TEST_F(SnapshotFailover, NamesEveryEndpointAndItsReasonWhenNobodyIsLeft) {
  etcd_.set_status("a", fail(Code::timeout, "no answer"));
  etcd_.plan("b", {.kind = SnapshotFault::Kind::stall, .at = 1});
  etcd_.plan("c", {.kind = SnapshotFault::Kind::end_early, .at = 32 * kKiB});
  const auto outcome = run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::corrupt);
  EXPECT_TRUE(outcome.error().retryable);
  EXPECT_THAT(outcome.error().message, HasSubstr("b: snapshot: injected: no bytes"));
  EXPECT_THAT(outcome.error().message, HasSubstr("c: snapshot: snapshot stream ended early"));
  EXPECT_THAT(outcome.error().message, HasSubstr("a: no answer"));
  EXPECT_EQ(etcd_.faults_left(), 0U);
}

TEST_F(SnapshotFailover, SaysSoWhenNoMemberMayBeUsed) {
  for (const char* endpoint : {"a", "b", "c"})
    etcd_.set_status(endpoint, fail(Code::unavailable, "connection refused"));
  const auto outcome = run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::unavailable);
  EXPECT_TRUE(outcome.error().retryable);
  EXPECT_THAT(outcome.error().message,
              HasSubstr("a: connection refused; b: connection refused; c: connection refused"));
  EXPECT_THAT(attempts_, IsEmpty());
}

TEST_F(SnapshotFailover, StopsAtOnceWhenCancelled) {
  etcd_.plan("b", {.kind = SnapshotFault::Kind::hang, .at = 1});
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_EQ(run().error().code, Code::cancelled);
  EXPECT_LE(etcd_.snapshot_calls().size(), 1U);
}

}  // namespace
}  // namespace holdfast::etcd
