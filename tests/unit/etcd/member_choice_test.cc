#include "etcd/member_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_etcd.h"

namespace holdfast::etcd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

MemberStatus member(std::uint64_t id, std::uint64_t leader, std::uint64_t applied = 1000) {
  MemberStatus status;
  status.cluster_id = 7;
  status.member_id = id;
  status.leader = leader;
  status.raft_index = status.raft_applied_index = applied;
  return status;
}

Probe probe(const std::string& endpoint, MemberStatus status) {
  return {endpoint, std::move(status)};
}

std::vector<std::string> endpoints(const Choice& choice) {
  std::vector<std::string> names;
  for (const Candidate& candidate : choice.candidates)
    names.push_back(candidate.status.endpoint);
  return names;
}

TEST(MemberChoice, PrefersFollowersOverTheLeader) {
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", member(2, 1)), probe("c", member(3, 1))});
  EXPECT_THAT(endpoints(choice), ElementsAre("b", "c", "a"));
  EXPECT_THAT(choice.rejected, IsEmpty());
  EXPECT_EQ(choice.candidates[0].reason, "follower, 0 entries behind");
  EXPECT_EQ(choice.candidates[2].reason, "leader, 0 entries behind");
}

TEST(MemberChoice, PrefersTheFresherOfTwoFollowers) {
  const Choice choice =
      choose_members({probe("a", member(1, 1)), probe("b", member(2, 1, 900)), probe("c", member(3, 1, 950))});
  EXPECT_THAT(endpoints(choice), ElementsAre("c", "b", "a"));
  EXPECT_EQ(choice.candidates[1].reason, "follower, 100 entries behind");
}

TEST(MemberChoice, RejectsMembersThatLagTooFar) {
  const Choice choice = choose_members({probe("a", member(1, 1, 9000)), probe("b", member(2, 1, 3999))}, 5000);
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
  EXPECT_THAT(choice.rejected, ElementsAre("b: 5001 raft entries behind"));
}

TEST(MemberChoice, AcceptsMembersAtTheLagLimit) {
  const Choice choice = choose_members({probe("a", member(1, 1, 9000)), probe("b", member(2, 1, 4000))}, 5000);
  EXPECT_THAT(endpoints(choice), ElementsAre("b", "a"));
}

TEST(MemberChoice, MeasuresLagByRaftIndexWhereTheAppliedIndexIsUnknown) {
  MemberStatus old = member(2, 1, 0);
  old.raft_index = 990;
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", old)});
  EXPECT_EQ(choice.candidates[0].reason, "follower, 10 entries behind");
}

TEST(MemberChoice, RejectsLearners) {
  MemberStatus learner = member(2, 1);
  learner.is_learner = true;
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", learner)});
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
  EXPECT_THAT(choice.rejected, ElementsAre("b: learner"));
}

TEST(MemberChoice, RejectsMembersThatDoNotAnswerAndSaysWhy) {
  const Choice choice =
      choose_members({{"a", fail(Code::unavailable, "connection refused")}, probe("b", member(2, 2))});
  EXPECT_THAT(endpoints(choice), ElementsAre("b"));
  EXPECT_THAT(choice.rejected, ElementsAre("a: connection refused"));
}

TEST(MemberChoice, PutsMembersWithoutALeaderLastButKeepsThem) {
  const Choice choice =
      choose_members({probe("a", member(1, 0)), probe("b", member(2, 2)), probe("c", member(3, 2, 990))});
  EXPECT_THAT(endpoints(choice), ElementsAre("c", "b", "a"));
  EXPECT_EQ(choice.candidates[2].reason, "sees no leader, 0 entries behind");
}

TEST(MemberChoice, StillOffersAClusterWithoutAnyLeader) {
  const Choice choice = choose_members({probe("a", member(1, 0, 900)), probe("b", member(2, 0, 950))});
  EXPECT_THAT(endpoints(choice), ElementsAre("b", "a"));
}

TEST(MemberChoice, RejectsMembersOfAnotherCluster) {
  MemberStatus foreign = member(2, 1);
  foreign.cluster_id = 8;
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", foreign)});
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
  EXPECT_THAT(choice.rejected, ElementsAre("b: belongs to another cluster (8, not 7)"));
}

TEST(MemberChoice, ForeignMembersDoNotMakeOthersLookBehind) {
  MemberStatus foreign = member(2, 1, 1'000'000);
  foreign.cluster_id = 8;
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", foreign)});
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
}

TEST(MemberChoice, CountsOneMemberBehindTwoEndpointsOnce) {
  const Choice choice = choose_members({probe("a", member(1, 1)), probe("b", member(1, 1))});
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
  EXPECT_THAT(choice.rejected, ElementsAre("b: same member as a"));
}

TEST(MemberChoice, RejectsTheMemberACorruptAlarmNames) {
  MemberStatus corrupt = member(2, 1);
  MemberStatus other = member(1, 1);
  corrupt.errors = other.errors = {"memberID:2 alarm:CORRUPT "};
  const Choice choice = choose_members({probe("a", other), probe("b", corrupt)});
  EXPECT_THAT(endpoints(choice), ElementsAre("a"));
  EXPECT_THAT(choice.rejected, ElementsAre("b: has a CORRUPT alarm"));
}

TEST(MemberChoice, KeepsMembersWhoseQuotaIsUsedUp) {
  MemberStatus full = member(1, 1);
  full.errors = {"memberID:1 alarm:NOSPACE "};
  EXPECT_THAT(endpoints(choose_members({probe("a", full)})), ElementsAre("a"));
}

TEST(MemberChoice, NamesEveryEndpointWhenNoneFits) {
  const Choice choice =
      choose_members({{"a", fail(Code::unavailable, "refused")}, {"b", fail(Code::timeout, "no answer within 10s")}});
  EXPECT_THAT(choice.candidates, IsEmpty());
  EXPECT_THAT(choice.rejected, ElementsAre("a: refused", "b: no answer within 10s"));
}

Error reason(const std::vector<Probe>& probes) {
  return no_candidate(probes, choose_members(probes));
}

TEST(NoCandidate, IsWhatAllEndpointsSayWhenAskingAgainCannotHelp) {
  const auto untrusted = with_hint(fail(Code::refused, "not trusted"), "give --cacert");

  const Error error = reason({{"a", untrusted}, {"b", untrusted}});

  EXPECT_EQ(error.code, Code::refused);
  EXPECT_FALSE(error.retryable);
  EXPECT_EQ(error.message, "no member can give a snapshot: a: not trusted; b: not trusted");
  EXPECT_EQ(error.hint, "give --cacert");
}

TEST(NoCandidate, IsTransientWhenOneEndpointMayComeBack) {
  const auto untrusted = with_hint(fail(Code::refused, "not trusted"), "give --cacert");

  const Error error = reason({{"a", untrusted}, {"b", fail(Code::unavailable, "no route")}});

  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_TRUE(error.retryable);
  EXPECT_EQ(error.hint, "give --cacert");
}

TEST(NoCandidate, IsTransientWhenAMemberAnsweredButCannotBeUsed) {
  MemberStatus learner = member(2, 1);
  learner.is_learner = true;

  const Error error = reason({probe("a", learner)});

  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_FALSE(error.hint.empty());
}

TEST(MemberProbe, AsksEveryEndpointAndKeepsTheirOrder) {
  test::FakeEtcd etcd;
  etcd.add_member("a:2379");
  etcd.add_member("b:2379");
  etcd.add_member("c:2379");
  etcd.set_status("b:2379", fail(Code::timeout, "no answer"));

  const std::vector<Probe> probes = probe_members(etcd);

  ASSERT_EQ(probes.size(), 3U);
  EXPECT_EQ(probes[0].endpoint, "a:2379");
  EXPECT_EQ(probes[0].status->member_id, 1U);
  EXPECT_EQ(probes[1].status.error().code, Code::timeout);
  EXPECT_EQ(probes[2].status->member_id, 3U);
}

TEST(ReasonAt, NamesTheEndpointOnce) {
  const auto error = in_context(fail(Code::unavailable, "connection refused").value(), "Status at {}", "a:1").value();
  EXPECT_EQ(reason_at("a:1", error), "a:1: Status: connection refused");
}

}  // namespace
}  // namespace holdfast::etcd
