#include "server/monitor/request_labels.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

std::string labels(const std::string& method, const std::string& path, bool watch = false) {
  static const api::Kinds kinds = api::Kinds::load().value();
  http::ServerRequest request;
  request.method = method;
  request.path = path;
  if (watch) request.query.emplace_back("watch", "1");
  const RequestLabels made = labels_of(kinds, request);
  return fmt::format("{} {}", made.verb, made.resource);
}

TEST(RequestLabels, AreTheVerbAndTheKind) {
  EXPECT_EQ(labels("GET", "/apis/kubermatic.k8c.io/v1/clusters"), "list clusters");
  EXPECT_EQ(labels("GET", "/apis/kubermatic.k8c.io/v1/clusters", true), "watch clusters");
  EXPECT_EQ(labels("GET", "/apis/kubermatic.k8c.io/v1/clusters/c1"), "get clusters");
  EXPECT_EQ(labels("DELETE", "/api/v1/namespaces/n/secrets"), "deletecollection secrets");
  EXPECT_EQ(labels("PATCH", "/api/v1/namespaces/n/secrets/s"), "patch secrets");
}

TEST(RequestLabels, OfOtherPathsAreWhatTheyAreAbout) {
  EXPECT_EQ(labels("GET", "/metrics"), "get metrics");
  EXPECT_EQ(labels("GET", "/readyz"), "get health");
  EXPECT_EQ(labels("GET", "/apis/holdfast.dev"), "get discovery");
  EXPECT_EQ(labels("GET", "/openapi/v3/api/v1"), "get openapi");
}

TEST(RequestLabels, NeverHoldWhatTheClientMadeUp) {
  EXPECT_EQ(labels("BREW", "/coffee"), "other unknown");
  EXPECT_EQ(labels("POST", "/apis/made.up/v1/things"), "create unknown");
  EXPECT_EQ(labels("BREW", "/api/v1/namespaces"), "other namespaces");
}

}  // namespace
}  // namespace holdfast::server
