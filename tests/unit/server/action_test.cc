#include "server/action.h"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

const api::Kinds& kinds() {
  static const api::Kinds all = api::Kinds::load().value();
  return all;
}

struct Case {
  std::string_view method;
  std::string_view path;
  bool watch;
  std::string_view verb;  // empty: an error
  int code;
};

class ActionOf : public testing::TestWithParam<Case> {};

constexpr std::string_view kAll = "/apis/kubermatic.k8c.io/v1/etcdbackupconfigs";
constexpr std::string_view kSome = "/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs";
constexpr std::string_view kOne = "/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs/e";
constexpr std::string_view kStatus = "/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs/e/status";
constexpr std::string_view kReview = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
constexpr std::string_view kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

TEST_P(ActionOf, Request) {
  const Case& wanted = GetParam();

  const auto action = read_action(read_path(kinds(), wanted.path), wanted.method, wanted.watch);

  if (wanted.verb.empty()) {
    ASSERT_FALSE(action) << wanted.method << wanted.path;
    EXPECT_EQ(action.error().code, wanted.code) << wanted.method << wanted.path;
  } else {
    ASSERT_TRUE(action) << wanted.method << wanted.path;
    EXPECT_EQ(verb_name(action->verb), wanted.verb);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ActionOf,
    testing::Values(Case{"GET", kAll, false, "list", 0}, Case{"GET", kAll, true, "watch", 0},
                    Case{"POST", kAll, false, "", 404}, Case{"DELETE", kAll, false, "", 405},
                    Case{"GET", kSome, true, "watch", 0}, Case{"POST", kSome, false, "create", 0},
                    Case{"PUT", kSome, false, "", 400}, Case{"PATCH", kSome, false, "", 405},
                    Case{"DELETE", kSome, false, "deletecollection", 0}, Case{"GET", kOne, true, "get", 0},
                    Case{"HEAD", kOne, false, "get", 0}, Case{"PUT", kOne, false, "update", 0},
                    Case{"PATCH", kOne, false, "patch", 0}, Case{"DELETE", kOne, false, "delete", 0},
                    Case{"POST", kOne, false, "", 405}, Case{"PATCH", kStatus, false, "patch", 0},
                    Case{"POST", kStatus, false, "", 405}, Case{"DELETE", kStatus, false, "", 405},
                    Case{"POST", kReview, false, "create", 0}, Case{"GET", kReview, false, "", 405},
                    Case{"GET", kDefinitions, false, "list", 0}, Case{"POST", kDefinitions, false, "", 405}));

TEST(Action, FlagsAreReadAsClientsWriteThem) {
  http::ServerRequest request;
  request.query = {{"a", "True"}, {"b", "1"}, {"c", ""}, {"d", "false"}, {"e", "0"}};

  EXPECT_TRUE(is_set(request, "a"));
  EXPECT_TRUE(is_set(request, "b"));
  EXPECT_TRUE(is_set(request, "c"));
  EXPECT_FALSE(is_set(request, "d"));
  EXPECT_FALSE(is_set(request, "e"));
  EXPECT_FALSE(is_set(request, "f"));
}

}  // namespace
}  // namespace holdfast::server
