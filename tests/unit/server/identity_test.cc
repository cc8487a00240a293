// Who makes a request: certificates, tokens, impersonation, nobody.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

constexpr std::string_view kWhoAmI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const std::string kReview = R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})";

class Identity : public testing::Test, public ServerFixture {
 protected:
  std::string make_token(const std::string& rest) {
    const Reply reply = post(
        "/apis/holdfast.dev/v1/tokens",
        fmt::format(
            R"({{"apiVersion":"holdfast.dev/v1","kind":"Token","metadata":{{"name":"t"}},"spec":{{"user":"ann"{}}}}})",
            rest));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(api::text_at(reply.json(), {"status", "token"}));
  }
  Reply who(Ask ask) {
    ask.method = "POST";
    ask.target = kWhoAmI;
    ask.body = kReview;
    return this->ask(ask);
  }
  Reply who_with(const std::string& token) {
    return who({.target = "", .headers = {{"Authorization", "Bearer " + token}}, .user = "", .groups = {}});
  }
};

TEST_F(Identity, NobodyGetsHealthAndVersionOnly) {
  for (const std::string target : {"/healthz", "/livez", "/readyz", "/version"})
    EXPECT_EQ(ask({.target = target, .user = ""}).status, 200) << target;
  for (const std::string target : {"/", "/api", "/apis", "/openapi/v3", "/api/v1/namespaces"})
    EXPECT_EQ(ask({.target = target, .user = ""}).status, 401) << target;
}

TEST_F(Identity, ACertificateNamesUserAndGroups) {
  const Reply reply = who({.target = "", .user = "bob", .groups = {"g1", "g2"}});

  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(json::to_string(*api::field_at(reply.json(), {"status", "userInfo"})),
            R"({"username":"bob","groups":["g1","g2","system:authenticated"]})");
}

TEST_F(Identity, ATokenNamesUserAndGroups) {
  const std::string token = make_token(R"(,"groups":["g1"])");

  const Reply reply = who_with(token);

  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(api::text_at(reply.json(), {"status", "userInfo", "username"}), "ann");
}

TEST_F(Identity, ATokenIsShownOnceAndNeverStored) {
  const std::string token = make_token("");

  const Reply reply = get("/apis/holdfast.dev/v1/tokens/t");
  const auto entry = store->get("o/holdfast.dev/tokens/_/t");

  ASSERT_TRUE(entry);
  EXPECT_EQ(reply.body.find("sha256"), std::string::npos);
  EXPECT_EQ(reply.body.find(token.substr(10)), std::string::npos);
  EXPECT_EQ(entry->value.find(token.substr(10)), std::string::npos);
  EXPECT_EQ(audit_text().find(token.substr(10)), std::string::npos);
}

TEST_F(Identity, AChangedTokenIsStillGood) {
  const std::string token = make_token("");

  const Reply reply = ask({.method = "PATCH",
                           .target = "/apis/holdfast.dev/v1/tokens/t",
                           .body = R"({"spec":{"description":"for the robot"}})",
                           .type = "application/merge-patch+json"});

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(who_with(token).status, 201);
}

TEST_F(Identity, AWrongExpiredOrRevokedTokenIsNobody) {
  std::string token = make_token("");
  std::string wrong = token;
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(who_with(wrong).status, 401);
  EXPECT_EQ(who_with("x").status, 401);
  EXPECT_EQ(who_with("").status, 401);
  ask({.method = "DELETE", .target = "/apis/holdfast.dev/v1/tokens/t"});
  EXPECT_EQ(who_with(token).status, 401);
  token = make_token(R"(,"expirationTime":"2020-01-01T00:00:00Z")");
  EXPECT_EQ(who_with(token).status, 401);
}

TEST_F(Identity, AWrongTokenIsNotMadeUpForByACertificate) {
  const Reply reply = ask({.target = "/api", .headers = {{"Authorization", "Bearer x"}}});

  EXPECT_EQ(reply.status, 401);
}

TEST_F(Identity, NobodyGivesThemselvesAToken) {
  const Reply reply = ask({.method = "PATCH",
                           .target = "/apis/holdfast.dev/v1/tokens/t/status",
                           .body = R"({"status":{"sha256":"00"}})",
                           .type = "application/merge-patch+json"});

  EXPECT_EQ(reply.status, 403);
}

TEST_F(Identity, AnAdministratorMayActAsSomebodyElse) {
  const Reply reply = who({.target = "", .headers = {{"Impersonate-User", "bob"}, {"impersonate-group", "g"}}});

  EXPECT_EQ(json::to_string(*api::field_at(reply.json(), {"status", "userInfo"})),
            R"({"username":"bob","groups":["g","system:authenticated"]})");
}

TEST_F(Identity, NobodyElseMay) {
  const Reply reply = who({.target = "",
                           .headers = {{"Impersonate-User", "admin"}, {"Impersonate-Group", "system:masters"}},
                           .user = "bob",
                           .groups = {}});

  EXPECT_EQ(reply.status, 403);
}

// New kubectls ask for all kinds first, and of a refusal of that they say "unknown" unless it is plain text.
TEST_F(Identity, WhoMayNotActAsSomebodyElseIsToldSoWhereClientsBegin) {
  const http::Header as_admin{"Impersonate-User", "admin"};
  const http::Header accept{"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"};
  for (const std::string target : {"/api", "/apis"}) {
    const Reply text = ask({.target = target, .headers = {as_admin, accept}, .user = "bob", .groups = {}});
    const Reply status = ask({.target = target, .headers = {as_admin}, .user = "bob", .groups = {}});

    EXPECT_EQ(text.status, 403) << target;
    EXPECT_EQ(text.header("Content-Type"), "text/plain; charset=utf-8") << target;
    EXPECT_NE(text.body.find(R"(User "bob" cannot impersonate)"), std::string::npos) << text.body;
    EXPECT_EQ(api::text_at(status.json(), {"reason"}), "Forbidden") << status.body;
  }
}

TEST_F(Identity, GroupsWithoutAUserAreRefused) {
  EXPECT_EQ(who({.target = "", .headers = {{"Impersonate-Group", "g"}}}).status, 400);
}

TEST_F(Identity, WhoActsAsSomebodyElseIsInTheAuditLog) {
  ask({.method = "POST",
       .target = "/api/v1/namespaces",
       .body = R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})",
       .headers = {{"Impersonate-User", "bob"}}});

  EXPECT_NE(audit_text().find(R"("user":"bob")"), std::string::npos);
  EXPECT_NE(audit_text().find(R"("impersonatedBy":"admin")"), std::string::npos);
  EXPECT_NE(audit_text().find(R"("code":403,"reason":"Forbidden")"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
