#include "api/accept.h"

#include <gtest/gtest.h>

namespace holdfast::api {
namespace {

std::string chosen(std::string_view accept) {
  const auto accepted = negotiate(accept);
  if (!accepted) return "none";
  switch (accepted->form) {
    case Form::object:
      return "object";
    case Form::table:
      return "table " + accepted->version;
    case Form::partial_metadata:
      return "metadata " + accepted->version;
  }
  return "?";
}

TEST(Accept, TakesWhatKubectlAsksFor) {
  EXPECT_EQ(chosen("application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,"
                   "application/json"),
            "table v1");
  EXPECT_EQ(chosen("application/json"), "object");
}

TEST(Accept, PassesOverWhatWeCannotWrite) {
  EXPECT_EQ(chosen("application/vnd.kubernetes.protobuf,application/json"), "object");
  EXPECT_EQ(chosen("application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
                   "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"),
            "metadata v1");
  EXPECT_EQ(chosen("application/cbor, application/json;as=Scale;g=autoscaling;v=v1, */*"), "object");
  EXPECT_EQ(chosen("application/json;as=Table;v=v2;g=meta.k8s.io, application/json;as=Table;v=v1beta1;g=meta.k8s.io"),
            "table v1beta1");
}

TEST(Accept, RefusesWhatIsOnlyInOtherTypes) {
  EXPECT_EQ(chosen("application/vnd.kubernetes.protobuf"), "none");
  EXPECT_EQ(chosen("text/html;q=0.9"), "none");
  EXPECT_EQ(chosen("application/json;q=0"), "none");
}

TEST(Accept, TakesWildcardsAndNothingAsObjects) {
  for (const char* accept :
       {"", " ", "*/*", "application/*", "text/html, */*;q=0.1", "APPLICATION/JSON ; charset=utf-8"})
    EXPECT_EQ(chosen(accept), "object") << accept;
}

TEST(Accept, IsNotUpsetByOddities) {
  for (const char* accept :
       {",", ";;", ";as=Table", "application/json;as", "=,=;=", "application/json;as=\"Table;g=meta.k8s.io"})
    EXPECT_NO_THROW(chosen(accept)) << accept;
  EXPECT_EQ(chosen("application/json;as=\"Table\";g=\"meta.k8s.io\";v=\"v1\""), "table v1");
}

TEST(Accept, OfDiscovery) {
  const std::string v2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const std::string beta = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";
  EXPECT_EQ(negotiate_discovery(v2 + "," + beta + ",application/json"), "v2");
  EXPECT_EQ(negotiate_discovery(beta + ",application/json"), "v2beta1");
  EXPECT_EQ(negotiate_discovery("application/json, */*"), "");
  EXPECT_EQ(negotiate_discovery("application/yaml"), std::nullopt);
  EXPECT_EQ(discovery_content_type("v2"), v2);
  EXPECT_EQ(discovery_content_type(""), "application/json");
}

TEST(Accept, OfOpenApiVersion2) {
  EXPECT_TRUE(wants_protobuf("application/com.github.proto-openapi.spec.v2@v1.0+protobuf"));
  EXPECT_FALSE(wants_protobuf("application/json"));
  EXPECT_FALSE(wants_protobuf("application/com.github.proto-openapi.spec.v2.v1.0+protobuf, application/json"));
  EXPECT_FALSE(wants_protobuf(""));
}

}  // namespace
}  // namespace holdfast::api
