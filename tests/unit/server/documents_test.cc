#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

class DocumentsOf : public testing::Test, public ServerFixture {
 protected:
  Reply get_with(const std::string& target, std::vector<http::Header> headers) {
    return ask({.target = target, .headers = std::move(headers)});
  }
};

TEST_F(DocumentsOf, TheVersionIsOneOfKubernetes) {
  const json::Value version = get("/version").json();

  EXPECT_EQ(api::text_at(version, {"major"}), "1");
  EXPECT_TRUE(api::text_at(version, {"gitVersion"}).starts_with("v1.32.0+holdfast."));
}

TEST_F(DocumentsOf, DiscoveryIsClassicOrAggregated) {
  const std::string aggregated =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

  const Reply classic = get("/apis");
  const Reply modern = get_with("/apis", {{"Accept", aggregated}});

  EXPECT_EQ(api::text_at(classic.json(), {"kind"}), "APIGroupList");
  EXPECT_EQ(api::text_at(modern.json(), {"kind"}), "APIGroupDiscoveryList");
  EXPECT_EQ(modern.header("Content-Type"), "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  EXPECT_EQ(get_with("/apis", {{"Accept", "text/html"}}).status, 406);
}

TEST_F(DocumentsOf, DiscoveryThatTheClientHasIsNotSentAgain) {
  const std::string etag = get("/api").header("ETag");

  EXPECT_EQ(get_with("/api", {{"If-None-Match", etag}}).status, 304);
}

TEST_F(DocumentsOf, GroupsAndVersionsHaveTheirOwn) {
  EXPECT_EQ(api::text_at(get("/apis/kubermatic.k8c.io").json(), {"kind"}), "APIGroup");
  EXPECT_EQ(api::text_at(get("/apis/kubermatic.k8c.io/v1").json(), {"kind"}), "APIResourceList");
  EXPECT_EQ(api::text_at(get("/api/v1").json(), {"groupVersion"}), "v1");
  EXPECT_EQ(get("/apis/nope").status, 404);
}

TEST_F(DocumentsOf, OpenApiMayBeKeptForEverUnderItsHash) {
  const json::Value index = get("/openapi/v3").json();
  const std::string url(api::text_at(index, {"paths", "apis/kubermatic.k8c.io/v1", "serverRelativeURL"}));

  const Reply right = get(url);
  const Reply wrong = get("/openapi/v3/apis/kubermatic.k8c.io/v1?hash=old");

  EXPECT_EQ(right.status, 200);
  EXPECT_EQ(right.all("Cache-Control"), std::vector<std::string>{"public, max-age=31536000, immutable"});
  EXPECT_EQ(wrong.status, 301);
  EXPECT_EQ(wrong.header("Location"), url);
  EXPECT_EQ(get("/openapi/v3/apis/nope").status, 404);
}

TEST_F(DocumentsOf, TheSecondOpenApiIsJsonOrProtobuf) {
  const Reply protobuf =
      get_with("/openapi/v2", {{"Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"}});

  EXPECT_EQ(protobuf.status, 200);
  EXPECT_NE(protobuf.body.find("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"), std::string::npos);
  EXPECT_EQ(protobuf.header("Content-Type"), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_EQ(api::text_at(get("/openapi/v2").json(), {"swagger"}), "2.0");
}

TEST_F(DocumentsOf, NothingIsWrittenThere) {
  EXPECT_EQ(post("/version", "{}").status, 404);
  EXPECT_EQ(post("/apis", "{}").status, 404);
}

}  // namespace
}  // namespace holdfast::test
