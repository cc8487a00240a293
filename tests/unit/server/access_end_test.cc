// Watches end when what they were allowed by does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/stream_guard.h"
#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";
const std::string kMembers = "/apis/holdfast.dev/v1/members";
const std::string kTokens = "/apis/holdfast.dev/v1/tokens";
const std::string kClusters = "/apis/kubermatic.k8c.io/v1/clusters";

class AccessEnd : public testing::Test, public ServerFixture {
 protected:
  AccessEnd() { make_project("viewer"); }

  std::string token_of(const std::string& user, const std::string& rest = "") {
    const Reply reply = post(
        kTokens,
        fmt::format(
            R"({{"apiVersion":"holdfast.dev/v1","kind":"Token","metadata":{{"name":"t"}},"spec":{{"user":"{}"{}}}}})",
            user, rest));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(api::text_at(reply.json(), {"status", "token"}));
  }
  Reply with_token(const std::string& token, const std::string& target) {
    return ask({.target = target, .headers = {{"Authorization", "Bearer " + token}}, .user = "", .groups = {}});
  }
  std::shared_ptr<RecordedStream> watch_as(const std::string& user, const std::string& target,
                                           const std::vector<http::Header>& headers = {}) {
    Reply reply = ask({.target = target, .headers = headers, .user = user, .groups = {}});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.stream ? reply.stream : std::make_shared<RecordedStream>();
  }
  Reply patch(const std::string& target, const std::string& body) {
    return ask({.method = "PATCH", .target = target, .body = body, .type = "application/merge-patch+json"});
  }
  void remove(const std::string& target) {
    const Reply reply = ask({.method = "DELETE", .target = target});
    EXPECT_EQ(reply.status, 200) << reply.body;
  }
  void make_config(const std::string& name) {
    const Reply reply = post(kConfigs, config_text(name));
    EXPECT_EQ(reply.status, 201) << reply.body;
  }
  // The hub has told everybody of what has happened.
  void settle() {
    const auto now = store->revision().value();
    for (int i = 0; i < 1000 && hub->through() < now; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_GE(hub->through(), now);
  }
};

TEST_F(AccessEnd, AWatchGoesOnWhileNothingChanges) {
  const auto stream = watch_as("ann", kConfigs + "?watch=1");

  make_config("a");
  patch(kMembers + "/ann", R"({"metadata":{"labels":{"x":"y"}}})");
  patch(kClusters + "/c1", R"({"metadata":{"labels":{"x":"y"}}})");
  post(
      kMembers,
      R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"bob"},"spec":{"user":"bob","role":"viewer","project":"p1"}})");
  settle();

  EXPECT_TRUE(stream->wait_for("\"a\""));
  EXPECT_FALSE(stream->finished());
}

TEST_F(AccessEnd, WithTheMemberEndsTheWatch) {
  const auto stream = watch_as("ann", kConfigs + "?watch=1");

  remove(kMembers + "/ann");
  make_config("later");
  settle();

  EXPECT_TRUE(stream->finished());
  EXPECT_EQ(stream->text().find("later"), std::string::npos);
  EXPECT_EQ(ask({.target = kConfigs + "?watch=1", .user = "ann", .groups = {}}).status, 403);
}

TEST_F(AccessEnd, AListInPiecesIsJudgedPieceByPiece) {
  make_config("a");
  make_config("b");
  const Reply first = ask({.target = kConfigs + "?limit=1", .user = "ann", .groups = {}});
  ASSERT_EQ(first.status, 200);
  const std::string next(api::text_at(first.json(), {"metadata", "continue"}));
  ASSERT_NE(next, "");

  remove(kMembers + "/ann");
  const Reply second = ask({.target = kConfigs + "?limit=1&continue=" + next, .user = "ann", .groups = {}});

  EXPECT_EQ(second.status, 403);
  EXPECT_EQ(second.body.find("\"b\""), std::string::npos);
}

TEST_F(AccessEnd, WithAnotherRoleItBeginsAnew) {
  const auto stream = watch_as("ann", kConfigs + "?watch=1");

  patch(kMembers + "/ann", R"({"spec":{"role":"editor"}})");
  settle();

  EXPECT_TRUE(stream->finished());
  EXPECT_FALSE(watch_as("ann", kConfigs + "?watch=1")->finished());
}

TEST_F(AccessEnd, AMemberThatIsAGroupCounts) {
  post(
      kMembers,
      R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"ops"},"spec":{"group":"ops","role":"viewer","project":"p1"}})");
  const Reply reply = ask({.target = kConfigs + "?watch=1", .user = "bob", .groups = {"ops"}});
  ASSERT_EQ(reply.status, 200);

  remove(kMembers + "/ops");
  settle();

  EXPECT_TRUE(reply.stream->finished());
}

TEST_F(AccessEnd, WithTheTokenEndsTheWatch) {
  const Reply reply = with_token(token_of("ann"), kConfigs + "?watch=1");
  ASSERT_EQ(reply.status, 200);

  remove(kTokens + "/t");
  make_config("later");
  settle();

  EXPECT_TRUE(reply.stream->finished());
  EXPECT_EQ(reply.stream->text().find("later"), std::string::npos);
}

TEST_F(AccessEnd, AnExpiredTokenEndsTheWatch) {
  const std::string soon = format_time(os::real_clock().now() + std::chrono::seconds(2));
  const Reply reply =
      with_token(token_of("ann", fmt::format(R"(,"expirationTime":"{}")", soon)), kConfigs + "?watch=1");
  ASSERT_EQ(reply.status, 200);

  for (int i = 0; i < 1000 && !reply.stream->finished(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));

  EXPECT_TRUE(reply.stream->finished());
  EXPECT_GE(format_time(os::real_clock().now()), soon);
}

TEST_F(AccessEnd, OfAClusterThatIsGoneWithTheProjectOfItsNamespace) {
  remove(kClusters + "/c1");
  settle();
  const auto stream = watch_as("ann", kConfigs + "?watch=1");
  patch("/api/v1/namespaces/cluster-c1", R"({"metadata":{"labels":{"x":"y"}}})");
  settle();
  EXPECT_FALSE(stream->finished());

  patch("/api/v1/namespaces/cluster-c1", R"({"metadata":{"labels":{"project-id":"p2"}}})");
  make_config("later");
  settle();

  EXPECT_TRUE(stream->finished());
  EXPECT_EQ(stream->text().find("later"), std::string::npos);
  EXPECT_EQ(ask({.target = kConfigs + "?watch=1", .user = "ann", .groups = {}}).status, 403);
}

TEST_F(AccessEnd, AnAdministratorsWatchHangsOnTheirTokenAlone) {
  const Reply reply = with_token(token_of("root", R"(,"groups":["system:masters"])"), kConfigs + "?watch=1");
  ASSERT_EQ(reply.status, 200);

  remove(kMembers + "/ann");
  patch(kClusters + "/c1", R"({"metadata":{"labels":{"project-id":"p2"}}})");
  settle();
  EXPECT_FALSE(reply.stream->finished());
  remove(kTokens + "/t");
  settle();

  EXPECT_TRUE(reply.stream->finished());
}

TEST_F(AccessEnd, WhoActsAsSomebodyElseHangsOnBoth) {
  post(
      kMembers,
      R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"boss"},"spec":{"user":"boss","role":"admin"}})");
  const auto stream = watch_as("boss", kConfigs + "?watch=1", {{"Impersonate-User", "ann"}});

  remove(kMembers + "/boss");
  settle();

  EXPECT_TRUE(stream->finished());
}

TEST_F(AccessEnd, AClusterThatMovesTakesItsWatchesAlong) {
  const auto configs = watch_as("ann", kConfigs + "?watch=1");
  const auto cluster = watch_as("ann", kClusters + "?watch=1&fieldSelector=metadata.name%3Dc1");
  const auto name_space = watch_as("ann", "/api/v1/namespaces?watch=1&fieldSelector=metadata.name%3Dcluster-c1");

  patch(kClusters + "/c1", R"({"metadata":{"labels":{"project-id":"p2"}},"spec":{"humanReadableName":"moved"}})");
  settle();

  EXPECT_TRUE(configs->finished());
  EXPECT_TRUE(cluster->finished());
  EXPECT_TRUE(name_space->finished());
  EXPECT_EQ(cluster->text().find("moved"), std::string::npos);
}

TEST_F(AccessEnd, AWatchOfAProjectTellsThatAClusterLeftAndNotWhatItBecame) {
  const auto stream = watch_as("ann", kClusters + "?watch=1&labelSelector=project-id%3Dp1");

  patch(kClusters + "/c1", R"({"metadata":{"labels":{"project-id":"p2"}},"spec":{"humanReadableName":"moved"}})");

  EXPECT_TRUE(stream->wait_for("DELETED"));
  EXPECT_EQ(stream->text().find("moved"), std::string::npos) << stream->text();
  EXPECT_FALSE(stream->finished());
}

TEST_F(AccessEnd, WhoWatchesAClusterIsToldThatItIsGone) {
  const auto stream = watch_as("ann", kClusters + "?watch=1&fieldSelector=metadata.name%3Dc1");

  remove(kClusters + "/c1");

  EXPECT_TRUE(stream->wait_for("DELETED"));
}

TEST_F(AccessEnd, WhoLooksForAClusterThatIsNotThereDoesNotSeeAnothersComing) {
  patch(kMembers + "/ann", R"({"spec":{"role":"owner"}})");
  const auto stream = watch_as("ann", kClusters + "?watch=1&fieldSelector=metadata.name%3Dc2");

  post(
      kClusters,
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"c2","labels":{"project-id":"p2"}},"spec":{}})");
  settle();

  EXPECT_TRUE(stream->finished());
  EXPECT_EQ(stream->text().find("c2"), std::string::npos);
}

TEST_F(AccessEnd, AChangeBetweenJudgementAndBeginCountsToo) {
  const auto guard = server::StreamGuard::start(*hub);
  class Stream : public server::Guarded {
   public:
    void revoke() override { revoked = true; }
    bool over() const override { return revoked; }
    bool revoked = false;
  };
  server::User ann;
  ann.name = "ann";
  const server::AccessBasis basis{.users = {ann}, .cluster = "c1", .project = "p1"};
  settle();
  const store::Revision judged = store->revision().value();
  remove(kMembers + "/ann");
  settle();
  const auto early = std::make_shared<Stream>();
  const auto late = std::make_shared<Stream>();

  guard->add(early, basis, judged);
  guard->add(late, basis, store->revision().value());

  EXPECT_TRUE(early->revoked);
  EXPECT_FALSE(late->revoked);
  EXPECT_EQ(guard->watched(), 1U);
}

TEST_F(AccessEnd, AClockThatJumpsEndsWhatHasExpiredByIt) {
  const auto guard = server::StreamGuard::start(*hub);
  class Stream : public server::Guarded {
   public:
    void revoke() override { revoked = true; }
    bool over() const override { return revoked; }
    bool revoked = false;
  };
  settle();
  const WallTime now = os::real_clock().now();
  server::User ann;
  ann.name = "ann";
  ann.expires = now + std::chrono::hours(1);
  const auto stream = std::make_shared<Stream>();
  guard->add(stream, {.users = {ann}}, store->revision().value());

  guard->expire(now - std::chrono::hours(24));
  EXPECT_FALSE(stream->revoked);
  guard->expire(now + std::chrono::hours(24 * 365));
  EXPECT_TRUE(stream->revoked);
  EXPECT_EQ(guard->watched(), 0U);
}

// The log was cut: what happened is not known.
TEST_F(AccessEnd, WithoutHistoryEverybodyIsJudgedAnew) {
  const auto stream = watch_as("ann", kConfigs + "?watch=1");
  const auto guard = server::StreamGuard::start(*hub);

  guard->on_end({});
  guard->on_progress(store->revision().value() + 1);

  const auto after = watch_as("ann", kConfigs + "?watch=1");
  EXPECT_FALSE(stream->finished());
  EXPECT_FALSE(after->finished());
  EXPECT_EQ(guard->watched(), 0U);
}

}  // namespace
}  // namespace holdfast::test
