// Who may read /metrics.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

class MetricsAccess : public testing::Test, public ServerFixture {
 protected:
  MetricsAccess() {
    make_project("owner");
    const Reply reply = post(
        "/apis/holdfast.dev/v1/members",
        R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"prom"},"spec":{"user":"prom","role":"metrics"}})");
    EXPECT_EQ(reply.status, 201) << reply.body;
  }
  Reply ask_as(const std::string& user) { return ask({.target = "/metrics", .user = user, .groups = {}}); }
  bool can(const std::string& user) {
    const Reply reply = ask(
        {.method = "POST",
         .target = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
         .body =
             R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"}}})",
         .user = user,
         .groups = {}});
    EXPECT_EQ(reply.status, 201) << reply.body;
    return api::flag_at(reply.json(), {"status", "allowed"});
  }
};

TEST_F(MetricsAccess, AdministratorsMay) {
  const Reply reply = get("/metrics");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "numbers");
}

TEST_F(MetricsAccess, WhoHasTheRoleMay) {
  EXPECT_EQ(ask_as("prom").status, 200);
  EXPECT_TRUE(can("prom"));
}

TEST_F(MetricsAccess, NobodyElseMay) {
  EXPECT_EQ(ask({.target = "/metrics", .user = ""}).status, 401);
  EXPECT_EQ(ask_as("ann").status, 403) << "the owner of a project";
  EXPECT_FALSE(can("ann"));
  EXPECT_EQ(api::text_at(ask_as("eve").json(), {"message"}), R"(forbidden: User "eve" cannot get path "/metrics")");
}

TEST_F(MetricsAccess, TheRoleAllowsNothingElse) {
  const Ask clusters{.target = "/apis/kubermatic.k8c.io/v1/clusters", .user = "prom", .groups = {}};

  EXPECT_EQ(ask(clusters).status, 403);
}

TEST_F(MetricsAccess, TheRoleIsOfNoProject) {
  const Reply reply = post(
      "/apis/holdfast.dev/v1/members",
      R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"x"},"spec":{"user":"x","role":"metrics","project":"p1"}})");

  EXPECT_EQ(reply.status, 422);
}

TEST_F(MetricsAccess, IsOnlyToBeRead) {
  EXPECT_EQ(post("/metrics", "{}").status, 404);
}

}  // namespace
}  // namespace holdfast::test
