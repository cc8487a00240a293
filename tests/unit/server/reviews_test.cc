#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

class Reviews : public testing::Test, public ServerFixture {
 protected:
  Reviews() { make_project("viewer"); }

  Reply ask_as(const std::string& user, const std::string& plural, const std::string& kind, const std::string& spec) {
    const std::string group = plural == "tokenreviews" ? "authentication.k8s.io" : "authorization.k8s.io";
    return ask({.method = "POST",
                .target = fmt::format("/apis/{}/v1/{}", group, plural),
                .body = fmt::format(R"({{"apiVersion":"{}/v1","kind":"{}","spec":{}}})", group, kind, spec),
                .user = user,
                .groups = user == "admin" ? std::vector<std::string>{"system:masters"} : std::vector<std::string>{}});
  }
  bool may(const std::string& user, const std::string& verb, const std::string& resource) {
    const Reply reply = ask_as(
        user, "selfsubjectaccessreviews", "SelfSubjectAccessReview",
        fmt::format(
            R"({{"resourceAttributes":{{"namespace":"cluster-c1","verb":"{}","group":"kubermatic.k8c.io","resource":"{}"}}}})",
            verb, resource));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return api::flag_at(reply.json(), {"status", "allowed"});
  }
};

TEST_F(Reviews, TellWhatRequestsWouldFind) {
  EXPECT_TRUE(may("ann", "get", "etcdbackupconfigs"));
  EXPECT_FALSE(may("ann", "delete", "etcdbackupconfigs"));
  EXPECT_FALSE(may("eve", "get", "etcdbackupconfigs"));
  EXPECT_TRUE(may("admin", "delete", "etcdbackupconfigs"));
}

TEST_F(Reviews, OfResourcesThatAreNotThereAreNo) {
  EXPECT_FALSE(may("ann", "get", "etcdbackupconfigs/status"));
  EXPECT_FALSE(may("ann", "get", "backups/download"));
  EXPECT_FALSE(may("ann", "get", "unicorns"));
  EXPECT_TRUE(may("admin", "get", "unicorns"));
}

TEST_F(Reviews, OfSubresources) {
  const auto may_get = [&](const char* subresource) {
    const Reply reply = ask_as(
        "ann", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
        fmt::format(
            R"({{"resourceAttributes":{{"namespace":"cluster-c1","verb":"get","group":"holdfast.dev","resource":"backups","subresource":"{}"}}}})",
            subresource));
    return api::flag_at(reply.json(), {"status", "allowed"});
  };

  EXPECT_TRUE(may_get("status"));
  EXPECT_FALSE(may_get("download"));
  EXPECT_FALSE(may_get("scale"));
}

TEST_F(Reviews, OfPaths) {
  const Reply reply = ask_as("ann", "selfsubjectaccessreviews", "SelfSubjectAccessReview",
                             R"({"nonResourceAttributes":{"path":"/version","verb":"get"}})");

  EXPECT_TRUE(api::flag_at(reply.json(), {"status", "allowed"}));
}

TEST_F(Reviews, OfNothingAreRefused) {
  EXPECT_EQ(ask_as("ann", "selfsubjectaccessreviews", "SelfSubjectAccessReview", "{}").status, 422);
}

TEST_F(Reviews, OfRulesListPermissions) {
  const Reply reply =
      ask_as("ann", "selfsubjectrulesreviews", "SelfSubjectRulesReview", R"({"namespace":"cluster-c1"})");

  EXPECT_EQ(reply.status, 201);
  EXPECT_NE(
      reply.body.find(
          R"({"verbs":["get","list","watch"],"apiGroups":["kubermatic.k8c.io"],"resources":["etcdbackupconfigs"]})"),
      std::string::npos)
      << reply.body;
  for (const char* resource : {"secrets", "seeds", "kubermaticconfigurations"})
    EXPECT_EQ(reply.body.find(resource), std::string::npos) << resource;
}

TEST_F(Reviews, AboutOthersAreForAdministrators) {
  const std::string question =
      R"({"user":"ann","resourceAttributes":{"namespace":"cluster-c1","verb":"get","group":"kubermatic.k8c.io","resource":"etcdbackupconfigs"}})";

  const Reply allowed = ask_as("admin", "subjectaccessreviews", "SubjectAccessReview", question);
  EXPECT_TRUE(api::flag_at(allowed.json(), {"status", "allowed"}));
  EXPECT_EQ(ask_as("ann", "subjectaccessreviews", "SubjectAccessReview", question).status, 403);
}

TEST_F(Reviews, OfATokenDoNotRepeatIt) {
  const Reply reply = ask_as("admin", "tokenreviews", "TokenReview", R"({"token":"hft_no.thing"})");

  EXPECT_EQ(reply.status, 201);
  EXPECT_FALSE(api::flag_at(reply.json(), {"status", "authenticated"}));
  EXPECT_EQ(reply.body.find("hft_no"), std::string::npos);
}

TEST_F(Reviews, TellMembersTheirRoles) {
  const auto roles_of = [&](const std::string& user, const std::vector<std::string>& groups) {
    const Reply reply = ask({.method = "POST",
                             .target = "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                             .body = R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})",
                             .user = user,
                             .groups = groups});
    EXPECT_EQ(reply.status, 201) << reply.body;
    const json::Value answer = reply.json();
    const json::Array* roles = api::array_at(answer, {"status", "userInfo", "extra", "holdfast.dev/roles"});
    return roles == nullptr ? "" : json::to_string(*roles);
  };
  EXPECT_EQ(roles_of("ann", {}), R"(["p1=viewer"])");
  EXPECT_EQ(roles_of("eve", {}), "");
  EXPECT_EQ(roles_of("admin", {"system:masters"}), R"(["admin"])");
}

}  // namespace
}  // namespace holdfast::test
