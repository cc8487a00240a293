#include "etcd/session.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "etcd.pb.h"

namespace holdfast::etcd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr RpcMethod kRead{"/etcdserverpb.KV/Range"};
constexpr RpcMethod kWrite{"/etcdserverpb.KV/Put", Repeat::never};
constexpr RpcMethod kStatus{"/etcdserverpb.Maintenance/Status", Repeat::safe, Login::when_asked};

const RpcStatus kRefusedConnection{RpcCode::unavailable, "Connection refused", false};
const RpcStatus kBroken{RpcCode::unavailable, "Socket closed", true};
const RpcStatus kExpired{RpcCode::unauthenticated, "etcdserver: invalid auth token"};

// Answers from a script; every call is written down as "Range token".
class ScriptedChannel final : public RpcChannel {
 public:
  explicit ScriptedChannel(std::vector<std::string>& calls) : calls_(calls) {}

  RpcStatus unary(const RpcCall& call, std::string_view, std::string& reply, Duration) override {
    const std::string name(call.method.substr(call.method.rfind('/') + 1));
    calls_.push_back(name + (call.token.empty() ? "" : " " + std::string(call.token.reveal())));
    if (name == "Authenticate") {
      wire::AuthenticateResponse answer;
      answer.set_token(fmt::format("token{}", ++logins_));
      reply = answer.SerializeAsString();
      return login_;
    }
    if (script_.empty()) return {};
    const RpcStatus status = script_.front();
    script_.pop_front();
    return status;
  }
  std::unique_ptr<RpcStream> open(const RpcCall&, const std::stop_token&) override { return nullptr; }

  ScriptedChannel& then(RpcStatus status) {
    script_.push_back(std::move(status));
    return *this;
  }
  void answer_logins_with(RpcStatus status) { login_ = std::move(status); }

 private:
  std::vector<std::string>& calls_;
  std::deque<RpcStatus> script_;
  RpcStatus login_;
  int logins_ = 0;
};

// Two members, "a" and "b".
class SessionTest : public testing::Test {
 protected:
  std::unique_ptr<Session> session(const std::string& user = "") {
    std::vector<SessionMember> members;
    for (const char* name : {"a", "b"}) {
      auto channel = std::make_unique<ScriptedChannel>(calls_of_[name]);
      channels_[name] = channel.get();
      members.push_back({*parse_endpoint(name, false), std::move(channel)});
    }
    return std::make_unique<Session>(std::move(members), user, Secret("hunter2"), std::chrono::seconds(1));
  }

  Status ask(Session& session, const RpcMethod& method) {
    wire::RangeResponse reply;
    return session.ask(method, wire::RangeRequest(), reply);
  }

  std::map<std::string, ScriptedChannel*> channels_;
  std::map<std::string, std::vector<std::string>> calls_of_;
};

TEST_F(SessionTest, StaysWithTheMemberThatAnswers) {
  const auto both = session();
  ASSERT_TRUE(ask(*both, kRead));
  ASSERT_TRUE(ask(*both, kWrite));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Range", "Put"));
  EXPECT_THAT(calls_of_["b"], ElementsAre());
}

TEST_F(SessionTest, TakesReadsElsewhereAndStaysThere) {
  const auto both = session();
  channels_["a"]->then(kBroken).then(kRefusedConnection);
  ASSERT_TRUE(ask(*both, kRead));
  ASSERT_TRUE(ask(*both, kRead));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Range", "Range"));
  EXPECT_THAT(calls_of_["b"], ElementsAre("Range", "Range"));
}

TEST_F(SessionTest, RepeatsAReadThatMetALostConnection) {
  const auto both = session();
  channels_["a"]->then(kBroken);
  ASSERT_TRUE(ask(*both, kRead));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Range", "Range"));
  EXPECT_THAT(calls_of_["b"], ElementsAre());
}

TEST_F(SessionTest, NeverSendsAWriteTwiceThatMayHaveArrived) {
  const auto both = session();
  channels_["a"]->then(kBroken);
  const Status status = ask(*both, kWrite);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().to_string(), "Put at a: Socket closed");
  EXPECT_THAT(calls_of_["a"], ElementsAre("Put"));
  EXPECT_TRUE(status.error().retryable);
  EXPECT_THAT(calls_of_["b"], ElementsAre());
}

TEST_F(SessionTest, SendsAWriteElsewhereThatCertainlyDidNotArrive) {
  const auto both = session();
  channels_["a"]->then(kRefusedConnection).then(kRefusedConnection);
  ASSERT_TRUE(ask(*both, kWrite));
  EXPECT_THAT(calls_of_["b"], ElementsAre("Put"));
}

TEST_F(SessionTest, AsksAVotingMemberWhenALearnerRefuses) {
  const auto both = session();
  channels_["a"]->then({RpcCode::unavailable, "etcdserver: rpc not supported for learner"});
  ASSERT_TRUE(ask(*both, kWrite));
  EXPECT_THAT(calls_of_["b"], ElementsAre("Put"));
}

TEST_F(SessionTest, DoesNotAskOthersAfterAnAnswerThatCounts) {
  const auto both = session();
  channels_["a"]->then({RpcCode::permission_denied, "etcdserver: permission denied"});
  EXPECT_EQ(ask(*both, kRead).error().code, Code::refused);
  EXPECT_THAT(calls_of_["b"], ElementsAre());
}

TEST_F(SessionTest, NamesEveryMemberWhenNoneAnswers) {
  const auto both = session();
  channels_["a"]->then(kRefusedConnection).then(kRefusedConnection);
  channels_["b"]->then({RpcCode::deadline_exceeded, "no answer within 1s"});
  const Status status = ask(*both, kRead);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message,
            "no endpoint answered: Range at a: Connection refused; Range at b: no answer within 1s");
  EXPECT_EQ(status.error().code, Code::timeout);
}

TEST_F(SessionTest, LogsInOnceAndCarriesTheToken) {
  const auto both = session("root");
  ASSERT_TRUE(ask(*both, kRead));
  ASSERT_TRUE(ask(*both, kRead));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Authenticate", "Range token1", "Range token1"));
}

TEST_F(SessionTest, LogsInAgainWhenTheTokenIsNoLongerValid) {
  const auto both = session("root");
  channels_["a"]->then(kExpired);
  ASSERT_TRUE(ask(*both, kWrite));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Authenticate", "Put token1", "Authenticate", "Put token2"));
}

TEST_F(SessionTest, GivesUpWhenTheNewTokenIsRefusedToo) {
  const auto both = session("root");
  channels_["a"]->then(kExpired).then(kExpired);
  const Status status = ask(*both, kRead);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::refused);
  EXPECT_EQ(calls_of_["a"].size(), 4U);
}

TEST_F(SessionTest, WorksWithoutATokenWhereNobodyNeedsOne) {
  const auto both = session("root");
  channels_["a"]->answer_logins_with({RpcCode::failed_precondition, "etcdserver: authentication is not enabled"});
  ASSERT_TRUE(ask(*both, kRead));
  EXPECT_THAT(calls_of_["a"], ElementsAre("Authenticate", "Range"));
}

TEST_F(SessionTest, AsksForAStatusWithoutAToken) {
  const auto both = session("root");
  wire::StatusResponse reply;
  ASSERT_TRUE(both->ask_member("b", kStatus, wire::StatusRequest(), reply));
  EXPECT_THAT(calls_of_["b"], ElementsAre("Status"));
}

TEST_F(SessionTest, ShowsATokenForAStatusWhenAsked) {
  const auto both = session("root");
  channels_["b"]->then({RpcCode::invalid_argument, "etcdserver: user name is empty"});
  wire::StatusResponse reply;
  ASSERT_TRUE(both->ask_member("b", kStatus, wire::StatusRequest(), reply));
  EXPECT_THAT(calls_of_["b"], ElementsAre("Status", "Status token1"));
}

TEST_F(SessionTest, KeepsThePasswordOutOfErrors) {
  const auto both = session("root");
  channels_["a"]->answer_logins_with(
      {RpcCode::invalid_argument, "etcdserver: authentication failed, invalid user ID or password"});
  const Status status = ask(*both, kRead);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::refused);
  EXPECT_THAT(status.error().to_string(), HasSubstr("log in as root"));
  EXPECT_THAT(status.error().to_string(), Not(HasSubstr("hunter2")));
}

TEST_F(SessionTest, RefusesAReplyThatIsNoMessage) {
  class Garbage final : public RpcChannel {
   public:
    RpcStatus unary(const RpcCall&, std::string_view, std::string& reply, Duration) override {
      reply = "\xff\xff\xff";
      return {};
    }
    std::unique_ptr<RpcStream> open(const RpcCall&, const std::stop_token&) override { return nullptr; }
  };
  std::vector<SessionMember> members;
  members.push_back({*parse_endpoint("a", false), std::make_unique<Garbage>()});
  Session one(std::move(members), "", Secret(), std::chrono::seconds(1));
  EXPECT_EQ(ask(one, kRead).error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::etcd
