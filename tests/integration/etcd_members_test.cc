// What members say of themselves, and asking another when one is gone.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

#include "etcd/member_choice.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EtcdMembers : public EtcdVersions {};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdMembers, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdMembers, TellTheirStatus) {
  const std::int64_t revision = must(client_->put({.key = key("a"), .value = "x"}));
  const std::string endpoint = client_->endpoints().at(0);
  const MemberStatus status = must(client_->status(endpoint));
  EXPECT_EQ(status.endpoint, endpoint);
  EXPECT_THAT(status.version, HasSubstr(GetParam() == EtcdVersion::v3_4 ? "3.4." : "3.5."));
  EXPECT_NE(status.cluster_id, 0U);
  EXPECT_EQ(status.leader, status.member_id);
  EXPECT_GE(status.revision, revision);
  EXPECT_GT(status.db_size, 0U);
  EXPECT_GT(status.db_size_in_use, 0U);
  EXPECT_GT(status.raft_applied_index, 0U);
  EXPECT_GT(status.raft_term, 0U);
  EXPECT_FALSE(status.is_learner);
  EXPECT_THAT(status.errors, IsEmpty());
}

TEST_P(EtcdMembers, AreListed) {
  const MemberList list = must(client_->member_list());
  ASSERT_THAT(list.members, SizeIs(1));
  EXPECT_EQ(list.members[0].name, "m0");
  EXPECT_EQ(list.members[0].client_urls, cluster_.endpoints());
  EXPECT_THAT(list.members[0].peer_urls, SizeIs(1));
  EXPECT_EQ(list.cluster_id, must(client_->status(client_->endpoints().at(0))).cluster_id);
}

TEST_P(EtcdMembers, HashTheirKeysAtARevision) {
  const std::int64_t revision = must(client_->put({.key = key("a"), .value = "x"}));
  const std::string endpoint = client_->endpoints().at(0);
  const HashKv before = must(client_->hash_kv(endpoint, revision));
  must(client_->put({.key = key("a"), .value = "y"}));
  EXPECT_EQ(must(client_->hash_kv(endpoint, revision)).hash, before.hash);
  EXPECT_NE(must(client_->hash_kv(endpoint, 0)).hash, before.hash);
  EXPECT_EQ(before.member_id, must(client_->status(endpoint)).member_id);
  EXPECT_GE(before.header_revision, revision);
}

TEST_P(EtcdMembers, RefuseToHashARevisionThatHasNotCome) {
  EXPECT_EQ(client_->hash_kv(client_->endpoints().at(0), 1'000'000'000).error().code, Code::not_found);
}

TEST_P(EtcdMembers, AnEndpointThatWasNotGivenIsAUsageError) {
  EXPECT_EQ(client_->status("127.0.0.1:1").error().code, Code::usage);
  EXPECT_EQ(client_->snapshot("127.0.0.1:1", {}).error().code, Code::usage);
}

TEST(EtcdAlarms, AreReportedOnceTheQuotaIsUsedUp) {
  const auto cluster = own_cluster({.extra_flags = {"--quota-backend-bytes", "100000"}});
  const auto client = client_for(options_for(*cluster));
  EXPECT_THAT(must(client->alarms()), IsEmpty());

  Result<std::int64_t> put = 0;
  for (int i = 0; i < 5'000 && put; ++i)
    put = client->put({.key = "a", .value = std::string(50'000, 'x')});

  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::no_space);
  const std::vector<Alarm> alarms = must(client->alarms());
  const MemberStatus status = must(client->status(client->endpoints()[0]));
  ASSERT_THAT(alarms, SizeIs(1));
  EXPECT_EQ(alarms[0].kind, AlarmKind::no_space);
  EXPECT_EQ(alarms[0].member_id, status.member_id);
  EXPECT_THAT(status.errors, Contains(HasSubstr("NOSPACE")));
  EXPECT_THAT(choose_members(probe_members(*client)).candidates, SizeIs(1));
}

// Three members of 3.5, asked through one client.
class EtcdThreeMembers : public testing::Test {
 protected:
  std::unique_ptr<test::EtcdCluster> cluster_ = own_cluster({.members = 3});
  std::unique_ptr<Client> client_ = client_for(options_for(*cluster_));
};

TEST_F(EtcdThreeMembers, AreChosenFollowersFirst) {
  const Choice choice = choose_members(probe_members(*client_));
  ASSERT_THAT(choice.candidates, SizeIs(3));
  EXPECT_THAT(choice.candidates[0].reason, HasSubstr("follower"));
  EXPECT_THAT(choice.candidates[1].reason, HasSubstr("follower"));
  EXPECT_THAT(choice.candidates[2].reason, HasSubstr("leader"));
}

TEST_F(EtcdThreeMembers, AnotherOneAnswersWhenTheFirstIsGone) {
  must(client_->put({.key = "a", .value = "x"}));
  cluster_->kill(0);
  EXPECT_EQ(must(client_->range({.key = "a"})).kvs.at(0).value, "x");
  // The connection is known to be down now, so the write certainly was not sent there and goes elsewhere.
  must(client_->put({.key = "a", .value = "y"}));
  const Choice choice = choose_members(probe_members(*client_));
  EXPECT_THAT(choice.candidates, SizeIs(2));
  EXPECT_THAT(choice.rejected, Contains(HasSubstr(cluster_->endpoints()[0])));
}

TEST_F(EtcdThreeMembers, WithoutQuorumSayTheyHaveNoLeaderButStayCandidates) {
  cluster_->kill(0);
  cluster_->kill(1);
  ClientOptions options = options_for(*cluster_);
  options.endpoints = {cluster_->endpoints()[2]};
  options.request_timeout = std::chrono::seconds(2);
  const auto client = client_for(options);
  const auto put = client->put({.key = "a", .value = "x"});
  ASSERT_FALSE(put);
  EXPECT_TRUE(put.error().code == Code::timeout || put.error().code == Code::unavailable) << put.error().to_string();
  Choice choice;
  for (int i = 0; i < 100 && (choice.candidates.empty() || choice.candidates[0].status.leader != 0); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    choice = choose_members(probe_members(*client));
  }
  ASSERT_THAT(choice.candidates, SizeIs(1));
  EXPECT_THAT(choice.candidates[0].reason, HasSubstr("sees no leader"));
}

TEST(EtcdUnreachable, NamesEveryEndpointAndWhy) {
  const std::string one = fmt::format("127.0.0.1:{}", test::free_port());
  const std::string two = fmt::format("http://127.0.0.1:{}", test::free_port());
  ClientOptions options;
  options.endpoints = {one, two};
  const auto result = client_for(options)->range({.key = "a"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::unavailable);
  EXPECT_TRUE(result.error().retryable);
  EXPECT_THAT(result.error().message, HasSubstr("Range at " + one));
  EXPECT_THAT(result.error().message, HasSubstr("Range at " + two));
  EXPECT_THAT(result.error().message, HasSubstr("Connection refused"));
}

TEST(EtcdUnreachable, AMemberThatComesBackAnswersTheFirstCall) {
  const auto cluster = own_cluster({});
  const auto client = client_for(options_for(*cluster));
  must(client->put({.key = "a", .value = "x"}));
  cluster->kill(0);
  EXPECT_EQ(client->range({.key = "a"}).error().code, Code::unavailable);
  must(cluster->start(0));
  EXPECT_EQ(must(client->range({.key = "a"})).kvs.at(0).value, "x");
}

TEST(EtcdUnreachable, AMemberThatWasStartedAgainBetweenTwoCallsTakesWritesAgain) {
  const auto cluster = own_cluster({});
  const auto client = client_for(options_for(*cluster));
  must(client->put({.key = "a", .value = "x"}));
  cluster->kill(0);
  must(cluster->start(0));
  // On a busy machine it is the write that finds out that the old connection has ended: it may have got through, so it
  // is not tried again by itself.
  const auto first = client->put({.key = "a", .value = "y"});
  EXPECT_TRUE(first || first.error().code == Code::unavailable) << first.error().to_string();
  must(client->put({.key = "a", .value = "z"}));
}

TEST(EtcdUnreachable, AMemberThatDoesNotAnswerIsATimeout) {
  const auto cluster = own_cluster({});
  ClientOptions options = options_for(*cluster);
  options.request_timeout = std::chrono::milliseconds(500);
  const auto client = client_for(options);
  must(client->put({.key = "a", .value = "x"}));
  cluster->pause(0);
  // An answer may still have been on its way.
  Result<RangeResponse> result = client->range({.key = "a"});
  for (int i = 0; i < 10 && result; ++i)
    result = client->range({.key = "a"});
  cluster->resume(0);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::timeout);
  EXPECT_THAT(result.error().message, HasSubstr("no answer within 500ms"));
}

}  // namespace
}  // namespace holdfast::etcd
