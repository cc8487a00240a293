#include "work/health/assess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/health/member_table.h"

#include "api/fields.h"
#include "api/kind.h"
#include "api/object.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

using control::number_at;
using testing::HasSubstr;

const control::Instant kNow{std::chrono::seconds(1'770'000'000)};

std::string endpoint(int i) {
  return fmt::format("https://10.0.0.{}:2379", i);
}

// Three healthy members, the first one leads.
Answers three() {
  Answers answers;
  answers.list.emplace();
  for (int i = 1; i <= 3; ++i) {
    const auto id = static_cast<std::uint64_t>(i);
    etcd::MemberStatus status;
    status.endpoint = endpoint(i);
    status.cluster_id = 0xc1;
    status.member_id = id;
    status.version = "3.5.16";
    status.leader = 1;
    status.db_size = 20'000'000;
    status.db_size_in_use = 10'000'000;
    status.revision = 900 + i;
    answers.members.push_back({endpoint(i), status});
    answers.list->members.push_back(
        {.id = id, .name = fmt::format("m{}", i), .peer_urls = {}, .client_urls = {endpoint(i)}, .is_learner = false});
  }
  return answers;
}

etcd::MemberStatus& status_of(Answers& answers, int i) {
  return *answers.members.at(static_cast<std::size_t>(i - 1)).status;
}

void kill(Answers& answers, int i) {
  answers.members.at(static_cast<std::size_t>(i - 1)).status = fail(Code::unavailable, "connection refused");
}

json::Value cluster() {
  return json::parse(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"prod","generation":3},
      "spec":{}})",
                     1000)
      .value();
}

std::string member_line(const Health& health, std::size_t i) {
  return json::to_string(health.etcd.at("members").at(i));
}

TEST(Assess, AHealthyClusterIsUp) {
  const Health health = assess(three(), cluster());
  EXPECT_TRUE(health.reachable.holds);
  EXPECT_TRUE(health.healthy.holds);
  EXPECT_EQ(health.healthy.reason, "Healthy");
  EXPECT_EQ(health.word, "HealthStatusUp");
  EXPECT_EQ(health.etcd.at("leader"), json::Value("m1"));
  EXPECT_EQ(health.etcd.at("revision"), json::Value(903));
  EXPECT_EQ(health.etcd.at("clusterID"), json::Value("c1"));
  EXPECT_EQ(health.etcd.at("dbSizeText"), json::Value("20 MB"));
  EXPECT_EQ(health.etcd.at("members").as_array().size(), 3U);
  EXPECT_FALSE(health.etcd.contains("alarms"));
  EXPECT_FALSE(health.etcd.contains("quotaBytes")) << "nobody has told it";
}

TEST(Assess, WhatItWritesIsWhatTheApiKnows) {
  json::Value after = with_health(cluster(), assess(three(), cluster()), kNow);
  const api::Kinds kinds = api::Kinds::load().value();
  const auto decoded = api::decode_value(*kinds.find_kind("kubermatic.k8c.io/v1", "Cluster"), after);
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(decoded->unknown_fields.empty());
  EXPECT_TRUE(control::condition_holds(after, "EtcdHealthy"));
  EXPECT_TRUE(control::condition_holds(after, "EtcdReachable"));
  EXPECT_EQ(api::text_at(after, {"status", "extendedHealth", "etcd"}), "HealthStatusUp");
  EXPECT_EQ(told_at(after), kNow);
}

TEST(Assess, OneOfThreeDownIsNamedAndTheOthersGoOn) {
  Answers answers = three();
  kill(answers, 3);
  const Health health = assess(answers, cluster());
  EXPECT_TRUE(health.reachable.holds);
  EXPECT_FALSE(health.healthy.holds);
  EXPECT_EQ(health.healthy.reason, "MembersDown");
  EXPECT_EQ(health.healthy.message, "1 of 3 members are down: m3: https://10.0.0.3:2379: connection refused");
  EXPECT_EQ(health.word, "HealthStatusProvisioning");
  EXPECT_THAT(member_line(health, 2), HasSubstr(R"("healthy":false)"));
  EXPECT_THAT(member_line(health, 2), HasSubstr(R"("id":"3")"));
}

TEST(Assess, WithoutALeaderItIsDown) {
  const json::Value before = with_health(cluster(), assess(three(), cluster()), kNow);
  Answers answers = three();
  kill(answers, 2);
  kill(answers, 3);
  status_of(answers, 1).leader = 0;
  status_of(answers, 1).errors = {"etcdserver: no leader"};
  answers.list.reset();
  const Health health = assess(answers, before);
  EXPECT_EQ(health.healthy.reason, "NoLeader");
  EXPECT_THAT(health.healthy.message, HasSubstr("1 of 3 members answer: m1: it sees no leader; m2: "));
  EXPECT_EQ(health.word, "HealthStatusDown");
  EXPECT_FALSE(health.etcd.contains("leader"));
}

TEST(Assess, AnAlarmIsNamedWithWhatToDo) {
  Answers answers = three();
  for (int i = 1; i <= 3; ++i)
    status_of(answers, i).errors = {"memberID:2 alarm:NOSPACE "};
  const Health health = assess(answers, cluster());
  EXPECT_EQ(health.healthy.reason, "NoSpace");
  EXPECT_THAT(health.healthy.message, HasSubstr("defragment"));
  EXPECT_EQ(health.word, "HealthStatusDown");
  EXPECT_EQ(health.etcd.at("alarms"), (json::Array{"NOSPACE"}));
  EXPECT_THAT(member_line(health, 0), HasSubstr(R"("healthy":true)"));
  EXPECT_THAT(member_line(health, 1), HasSubstr(R"("message":"alarm NOSPACE")"));
}

TEST(Assess, NobodyAnsweringLeavesWhatWasKnown) {
  const json::Value before = with_health(cluster(), assess(three(), cluster()), kNow);
  Answers answers = three();
  for (int i = 1; i <= 3; ++i)
    kill(answers, i);
  answers.list.reset();
  const Health health = assess(answers, before);
  EXPECT_FALSE(health.reachable.holds);
  EXPECT_EQ(health.healthy.reason, "Unreachable");
  EXPECT_THAT(health.reachable.message, HasSubstr("https://10.0.0.2:2379: connection refused"));
  EXPECT_EQ(health.etcd.at("version"), json::Value("3.5.16"));
  EXPECT_THAT(member_line(health, 1), HasSubstr(R"("name":"m2")"));
  EXPECT_THAT(member_line(health, 1), HasSubstr(R"("healthy":false)"));
}

TEST(Assess, AFailureOnOurSideSaysWhatIsMissing) {
  Error error;
  error.message = "there is no Secret etcd";
  error.hint = "make it";
  const Health health = assess_failure(error, cluster());
  EXPECT_EQ(health.healthy.reason, "NoAccess");
  EXPECT_EQ(health.reachable.message, "there is no Secret etcd (make it)");
}

TEST(Assess, AMemberThatNoEndpointLeadsToIsNoFault) {
  Answers answers = three();
  answers.members.resize(1);
  const Health health = assess(answers, cluster());
  EXPECT_TRUE(health.healthy.holds);
  EXPECT_THAT(member_line(health, 1), testing::Not(HasSubstr("healthy")));
  EXPECT_THAT(member_line(health, 1), HasSubstr("not asked"));
}

TEST(Assess, TheSameMemberBehindTwoEndpointsCountsOnce) {
  Answers answers = three();
  etcd::Probe twin = answers.members.front();
  twin.endpoint = "10.0.0.9:2379";
  answers.members.push_back(twin);
  EXPECT_EQ(assess(answers, cluster()).etcd.at("members").as_array().size(), 3U);
}

TEST(Assess, EndpointsOfTwoClustersAreNoCluster) {
  Answers answers = three();
  status_of(answers, 3).cluster_id = 0xc2;
  EXPECT_EQ(assess(answers, cluster()).healthy.reason, "SeveralClusters");
}

TEST(Assess, TheVersionIsTheLowestByItsNumbers) {
  Answers answers = three();
  status_of(answers, 2).version = "3.5.9";
  EXPECT_EQ(assess(answers, cluster()).etcd.at("version"), json::Value("3.5.9"));
}

TEST(Assess, SpaceIsLowBeforeItIsOut) {
  Answers answers = three();
  status_of(answers, 1).db_size_quota = 11'000'000;
  const Health health = assess(answers, cluster());
  EXPECT_TRUE(health.healthy.holds);
  EXPECT_EQ(health.healthy.reason, "SpaceLow");
  EXPECT_EQ(health.healthy.message, "10 MB of the quota of 11 MB are in use");
}

TEST(Assess, TheQuotaOfTheSpecCountsWhereEtcdDoesNotTell) {
  json::Value wished = cluster();
  control::member_of(control::member_of(control::member_of(wished, "spec"), "componentsOverride"),
                     "etcd")["quotaBackendGb"] = 8;
  EXPECT_EQ(assess(three(), wished).etcd.at("quotaBytes"), json::Value(std::int64_t{8} << 30));
}

TEST(IsNews, IsNotTheRevisionNorALittleGrowth) {
  const json::Value before = with_health(cluster(), assess(three(), cluster()), kNow);
  Answers answers = three();
  status_of(answers, 1).revision = 5000;
  status_of(answers, 1).db_size += 1'000'000;
  status_of(answers, 1).db_size_in_use *= 2;
  const auto after = [&] { return with_health(before, assess(answers, before), kNow + std::chrono::seconds(30)); };
  EXPECT_FALSE(is_news(before, after()));
  status_of(answers, 1).db_size += 2'000'000;
  EXPECT_TRUE(is_news(before, after()));
}

TEST(IsNews, IsAnotherLeaderVersionMemberOrVerdict) {
  const json::Value before = with_health(cluster(), assess(three(), cluster()), kNow);
  const auto news = [&](const std::function<void(Answers&)>& change) {
    Answers answers = three();
    change(answers);
    return is_news(before, with_health(before, assess(answers, before), kNow));
  };
  EXPECT_FALSE(news([](Answers&) {}));
  EXPECT_TRUE(news([](Answers& answers) {
    for (int i = 1; i <= 3; ++i)
      status_of(answers, i).leader = 2;
  }));
  EXPECT_TRUE(news([](Answers& answers) { status_of(answers, 2).version = "3.5.17"; }));
  EXPECT_TRUE(news([](Answers& answers) {
    answers.list->members.pop_back();
    answers.members.pop_back();
  }));
  EXPECT_TRUE(news([](Answers& answers) { kill(answers, 2); }));
}

TEST(WithoutHealth, LeavesEverythingElse) {
  json::Value before = cluster();
  control::member_of(before, "status")["phase"] = "Running";
  const json::Value after = with_health(before, assess(three(), before), kNow);
  json::Value cleared = without_health(after);
  EXPECT_EQ(api::object_at(cleared, {"status", "etcd"}), nullptr);
  EXPECT_EQ(control::find_condition(cleared, "EtcdHealthy"), nullptr);
  EXPECT_EQ(api::text_at(cleared, {"status", "phase"}), "Running");
}

TEST(Alarms, AreReadFromWhatMembersSay) {
  EXPECT_EQ(alarm_in("memberID:10501334649042878790 alarm:NOSPACE "), "NOSPACE");
  EXPECT_EQ(alarm_in("memberID:1 alarm:CORRUPT "), "CORRUPT");
  EXPECT_EQ(alarm_in("etcdserver: no leader"), "");
}

}  // namespace
}  // namespace holdfast::work
