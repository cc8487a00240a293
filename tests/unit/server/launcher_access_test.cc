// Launchers at the API: how they get in, what they see and say, how they are shut out.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"
#include "api/launcher_token.h"
#include "support/fixed_random.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kLaunchers = "/apis/holdfast.dev/v1/namespaces/cluster-c1/launchers";
const std::string kOrders = "/apis/holdfast.dev/v1/namespaces/cluster-c1/operations";
const std::string kTokens = "/apis/holdfast.dev/v1/tokens";

class Launchers : public testing::Test, public ServerFixture {
 protected:
  Launchers() {
    make_project("owner");
    EXPECT_EQ(
        post(
            "/apis/kubermatic.k8c.io/v1/clusters",
            R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"c2","labels":{"project-id":"p2"}},"spec":{}})")
            .status,
        201);
  }

  std::string join_token(const std::string& join = R"("cluster":"c1")",
                         const std::string& end = "2099-01-01T00:00:00Z") {
    const Reply reply = post(
        kTokens,
        fmt::format(
            R"({{"apiVersion":"holdfast.dev/v1","kind":"Token","metadata":{{"generateName":"join-"}},"spec":{{"user":"holdfast:join","expirationTime":"{}","join":{{{}}}}}}})",
            end, join));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(api::text_at(reply.json(), {"status", "token"}));
  }

  std::string new_token(const std::string& name = "n1", const std::string& cluster = "c1") {
    return std::string(api::new_launcher_token({.cluster = cluster, .name = name}, random_).reveal());
  }

  Reply as(const std::string& token, Ask ask) {
    ask.headers.push_back({"Authorization", "Bearer " + token});
    ask.user = "";
    ask.groups = {};
    return this->ask(ask);
  }

  Reply ask_for(const std::string& bearer, const std::string& token, const std::string& id = "machine-1") {
    const auto whose = api::launcher_of_token(token);
    const std::string body = fmt::format(
        R"({{"apiVersion":"holdfast.dev/v1","kind":"Launcher","spec":{{"cluster":"{}","member":"{}"}},"status":{{"id":"{}","credentials":[{{"sha256":"{}"}}]}}}})",
        whose->cluster, whose->name, id, api::launcher_token_digest(token));
    return as(bearer, {.method = "POST",
                       .target = fmt::format("/apis/holdfast.dev/v1/namespaces/cluster-{}/launchers/{}/credential",
                                             whose->cluster, whose->name),
                       .body = body});
  }

  // A launcher that has joined.
  std::string joined(const std::string& name = "n1", const std::string& cluster = "c1") {
    std::string token = new_token(name, cluster);
    const Reply reply = ask_for(join_token(fmt::format(R"("cluster":"{}")", cluster)), token);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return token;
  }

  Reply patch(const std::string& token, const std::string& target, const std::string& body) {
    return as(token, {.method = "PATCH", .target = target, .body = body, .type = "application/merge-patch+json"});
  }

  // As the reconcilers make them.
  void make_operation(const std::string& name, const std::string& launcher, const std::string& cluster = "c1") {
    json::Object spec{{"type", "Stage"}, {"cluster", cluster}, {"restore", "r"}};
    if (!launcher.empty()) spec["launcher"] = launcher;
    registry::WriteOptions options;
    options.by_server = true;
    const auto made = registry->create(kind("operations"), "cluster-" + cluster,
                                       json::Object{{"apiVersion", "holdfast.dev/v1"},
                                                    {"kind", "Operation"},
                                                    {"metadata", json::Object{{"name", name}}},
                                                    {"spec", std::move(spec)}},
                                       options);
    ASSERT_TRUE(made) << made.error().message;
  }

  FixedRandom random_;
};

TEST_F(Launchers, ATokenToJoinWithRegistersAndDoesNothingElse) {
  const std::string join = join_token();
  const std::string token = new_token();

  const Reply made = ask_for(join, token);

  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(made.body, Not(HasSubstr("sha256")));
  EXPECT_FALSE(api::text_at(made.json(), {"status", "credentialExpirationTime"}).empty());
  EXPECT_EQ(as(token, {.target = kLaunchers + "/n1"}).status, 200);
  for (const std::string& target : {kLaunchers, kLaunchers + "/n1", kOrders, kTokens})
    EXPECT_EQ(as(join, {.target = target}).status, 403) << target;
  EXPECT_EQ(as(join, {.method = "POST", .target = kLaunchers, .body = "{}"}).status, 403);
}

TEST_F(Launchers, WhatATokenIsRecognizedByIsShownToNobody) {
  joined();

  EXPECT_THAT(get(kLaunchers + "/n1").body, Not(HasSubstr("sha256")));
  EXPECT_THAT(get(kLaunchers).body, Not(HasSubstr("sha256")));
}

TEST_F(Launchers, AnotherClusterIsRefused) {
  EXPECT_EQ(ask_for(join_token(), new_token("n1", "c2")).status, 403);
  EXPECT_EQ(ask_for(join_token(R"("seed":"s1")"), new_token("n1", "c2")).status, 201);
  EXPECT_EQ(ask_for(join_token(R"("seed":"s1")"), new_token("n1", "nowhere")).status, 403);
}

TEST_F(Launchers, ATokenThatIsUsedUpOrHasExpiredIsRefused) {
  const std::string once = join_token(R"("cluster":"c1","uses":1)");
  EXPECT_EQ(ask_for(once, new_token("n1")).status, 201);
  const Reply second = ask_for(once, new_token("n2"), "machine-2");
  EXPECT_EQ(second.status, 403);
  EXPECT_THAT(second.body, HasSubstr("used up"));
  EXPECT_EQ(ask_for(join_token(R"("cluster":"c1")", "2020-01-01T00:00:00Z"), new_token("n2"), "machine-2").status, 401);
}

TEST_F(Launchers, AskedAgainAfterALostAnswerNothingIsUsedUp) {
  const std::string once = join_token(R"("cluster":"c1","uses":1)");
  const std::string token = new_token();
  EXPECT_EQ(ask_for(once, token).status, 201);

  const Reply again = ask_for(once, token);

  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(api::field_at(again.json(), {"status", "registrations"})->to_number<int>(), 1);
}

TEST_F(Launchers, AMachineThatLostItsTokenJoinsAgainAndEndsTheOldOne) {
  const std::string before = joined();
  const std::string after = new_token();

  EXPECT_EQ(ask_for(join_token(), after).status, 200);

  EXPECT_EQ(as(before, {.target = kLaunchers + "/n1"}).status, 401);
  EXPECT_EQ(as(after, {.target = kLaunchers + "/n1"}).status, 200);
}

TEST_F(Launchers, AnotherMachineDoesNotGetTheName) {
  const std::string first = joined();

  const Reply second = ask_for(join_token(), new_token(), "machine-2");

  EXPECT_EQ(second.status, 403);
  EXPECT_THAT(second.body, HasSubstr("kubectl delete launcher n1 -n cluster-c1"));
  EXPECT_EQ(as(first, {.target = kLaunchers + "/n1"}).status, 200);
}

TEST_F(Launchers, AreNotMadeByHand) {
  const Reply reply = post(
      kLaunchers,
      R"({"apiVersion":"holdfast.dev/v1","kind":"Launcher","metadata":{"name":"n9"},"spec":{"cluster":"c1","member":"m"}})");
  EXPECT_EQ(reply.status, 422) << reply.body;
  EXPECT_EQ(post(kLaunchers + "/n1/credential", "{}").status, 403);
}

TEST_F(Launchers, ACredentialIsFollowedByAnother) {
  const std::string first = joined();
  const std::string next = new_token();

  EXPECT_EQ(ask_for(first, next).status, 200);
  EXPECT_EQ(ask_for(first, next).status, 200);
  EXPECT_EQ(as(first, {.target = kLaunchers + "/n1"}).status, 200);
  EXPECT_EQ(as(next, {.target = kLaunchers + "/n1"}).status, 200);

  EXPECT_EQ(as(first, {.target = kLaunchers + "/n1"}).status, 401);
  EXPECT_EQ(as(next, {.target = kLaunchers + "/n1"}).status, 200);
}

TEST_F(Launchers, ReportsKeepCredentialsAndWhatTheServerKnows) {
  const std::string token = joined();
  const json::Value before = get(kLaunchers + "/n1").json();

  const Reply reply = patch(
      token, kLaunchers + "/n1/status",
      R"({"status":{"host":"h","id":"another","credentials":[],"registrations":7,"conditions":[{"type":"Ready","status":"True"}],"lastHeartbeatTime":"2020-01-01T00:00:00Z"}})");

  ASSERT_EQ(reply.status, 200) << reply.body;
  const json::Value after = reply.json();
  EXPECT_EQ(api::text_at(after, {"status", "host"}), "h");
  EXPECT_EQ(api::text_at(after, {"status", "id"}), "machine-1");
  EXPECT_EQ(api::field_at(after, {"status", "registrations"})->to_number<int>(), 1);
  EXPECT_EQ(api::field_at(after, {"status", "conditions"}), nullptr);
  EXPECT_GE(api::text_at(after, {"status", "lastHeartbeatTime"}),
            api::text_at(before, {"status", "lastHeartbeatTime"}));
  EXPECT_EQ(as(token, {.target = kLaunchers + "/n1"}).status, 200);
  EXPECT_EQ(patch(token, kLaunchers + "/n1", R"({"spec":{"member":"other"}})").status, 403);
}

TEST_F(Launchers, SeeTheirOwnOrdersAndNoOthers) {
  const std::string token = joined();
  make_operation("mine", "n1");
  make_operation("theirs", "n2");
  make_operation("nobodys", "");

  const Reply own = as(token, {.target = kOrders + "?fieldSelector=spec.launcher%3Dn1"});
  EXPECT_EQ(own.status, 200) << own.body;
  EXPECT_THAT(own.body, HasSubstr("mine"));
  EXPECT_THAT(own.body, Not(HasSubstr("theirs")));
  EXPECT_EQ(as(token, {.target = kOrders + "/mine"}).status, 200);
  for (const char* target :
       {"", "/theirs", "/nobodys", "/none", "?fieldSelector=spec.launcher%3Dn2", "?fieldSelector=spec.launcher!%3Dn1",
        "?fieldSelector=metadata.name%3Dmine", "?watch=1&fieldSelector=metadata.name%3Dmine"})
    EXPECT_EQ(as(token, {.target = kOrders + target}).status, 403) << target;
}

TEST_F(Launchers, ReportTheirOwnOrdersUntilTheseHaveEnded) {
  const std::string token = joined();
  make_operation("mine", "n1");
  make_operation("theirs", "n2");
  const std::string done = R"({"status":{"phase":"Completed"}})";

  EXPECT_EQ(patch(token, kOrders + "/theirs/status", done).status, 403);
  EXPECT_EQ(patch(token, kOrders + "/mine", R"({"spec":{"cancel":true}})").status, 403);
  EXPECT_EQ(patch(token, kOrders + "/mine/status", R"({"status":{"phase":"Running"}})").status, 200);
  EXPECT_EQ(patch(token, kOrders + "/mine/status", done).status, 200);
  EXPECT_EQ(patch(token, kOrders + "/mine/status", done).status, 200);
  EXPECT_EQ(patch(token, kOrders + "/mine/status", R"({"status":{"phase":"Running"}})").status, 403);
  EXPECT_EQ(as(token, {.method = "DELETE", .target = kOrders + "/mine"}).status, 403);
}

TEST_F(Launchers, WhatIsRefusedIsInTheAuditLog) {
  const std::string token = joined();

  as(token, {.method = "DELETE", .target = kOrders + "/x"});

  const std::string text = audit_text();
  EXPECT_THAT(text, HasSubstr("holdfast:launcher:c1:n1"));
  EXPECT_THAT(text, HasSubstr("\"subresource\":\"credential\""));
  EXPECT_THAT(text, Not(HasSubstr(token)));
}

TEST_F(Launchers, WithALauncherGoesItsCredentialAtOnce) {
  const std::string token = joined();
  const Reply watch = as(token, {.target = kOrders + "?watch=1&fieldSelector=spec.launcher%3Dn1"});
  ASSERT_EQ(watch.status, 200) << watch.body;

  EXPECT_EQ(ask({.method = "DELETE", .target = kLaunchers + "/n1", .user = "ann", .groups = {}}).status, 200);
  make_operation("later", "n1");

  EXPECT_EQ(as(token, {.target = kLaunchers + "/n1"}).status, 401);
  const auto now = store->revision().value();
  while (hub->through() < now)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_TRUE(watch.stream->finished());
  EXPECT_THAT(watch.stream->text(), Not(HasSubstr("later")));
}

TEST_F(Launchers, ABeatOrANextCredentialEndsNoWatch) {
  const std::string token = joined();
  const Reply watch = as(token, {.target = kOrders + "?watch=1&fieldSelector=spec.launcher%3Dn1"});
  ASSERT_EQ(watch.status, 200) << watch.body;

  patch(token, kLaunchers + "/n1/status", R"({"status":{"host":"h"}})");
  const std::string next = new_token();
  EXPECT_EQ(ask_for(token, next).status, 200);
  EXPECT_EQ(as(next, {.target = kLaunchers + "/n1"}).status, 200);
  make_operation("later", "n1");

  EXPECT_TRUE(watch.stream->wait_for("later"));
  EXPECT_FALSE(watch.stream->finished());
}

// Whatever a Member says of everybody who is known, or of a launcher by its name.
TEST_F(Launchers, AreGivenNothingByMembers) {
  const std::string token = joined();
  for (const char* who :
       {R"("group":"system:authenticated")", R"("user":"holdfast:launcher:c1:n1")", R"("group":"holdfast:launchers")"})
    EXPECT_EQ(
        post(
            "/apis/holdfast.dev/v1/members",
            fmt::format(
                R"({{"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{{"generateName":"m-"}},"spec":{{{},"role":"admin"}}}})",
                who))
            .status,
        201);

  EXPECT_EQ(as(token, {.target = "/api/v1/secrets"}).status, 403);
  EXPECT_EQ(as(token, {.target = "/metrics"}).status, 403);
  EXPECT_EQ(as(token, {.target = kOrders}).status, 403);
}

// Every kind, every way to read, everywhere, with objects there to be seen: nothing of others comes out.
TEST_F(Launchers, NeverReadAnythingOfAnotherCluster) {
  const std::string token = joined();
  joined("n1", "c2");
  joined("n2", "c1");
  make_operation("theirs-1", "n1", "c2");
  make_operation("theirs-2", "n2", "c1");
  std::size_t allowed = 0;
  for (const api::Kind& each : kinds.all()) {
    if (!each.can("get") || each.plural == "customresourcedefinitions") continue;
    const api::GroupVersion& group = each.group_version;
    const std::string root = group.group.empty() ? "/api/v1" : "/apis/" + group.to_string();
    for (const char* space : {"", "/namespaces/cluster-c1", "/namespaces/cluster-c2", "/namespaces/kubermatic"}) {
      for (const char* name : {"", "/n1", "/n2", "/c1", "/c2", "/cluster-c1", "/theirs-1", "/theirs-2", "/s1"}) {
        for (const char* query : {"", "?fieldSelector=metadata.name%3Dn1", "?fieldSelector=spec.launcher%3Dn1",
                                  "?fieldSelector=spec.launcher%3Dn2"}) {
          for (const char* part : {"", "/status"}) {
            const std::string target = root + space + "/" + each.plural + name + (*name == '\0' ? "" : part) + query;
            const Reply reply = as(token, {.target = target});
            if (reply.status != 200) continue;
            ++allowed;
            EXPECT_TRUE(target.starts_with(kLaunchers) || target.starts_with(kOrders)) << target;
            EXPECT_THAT(reply.body, Not(HasSubstr("theirs"))) << target;
            EXPECT_THAT(reply.body, Not(HasSubstr("cluster-c2"))) << target;
            EXPECT_THAT(reply.body, Not(HasSubstr("\"name\":\"n2\""))) << target;
          }
        }
      }
    }
  }
  EXPECT_GT(allowed, 0U);
}

}  // namespace
}  // namespace holdfast::test
