#include "api/discovery.h"

#include <gtest/gtest.h>

#include "api_support.h"
#include "golden.h"

namespace holdfast::api {
namespace {

TEST(Discovery, OfTheCoreGroup) {
  EXPECT_EQ(json::to_string(api_versions(all_kinds(), "10.0.0.1:8443")),
            R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":)"
            R"([{"clientCIDR":"0.0.0.0/0","serverAddress":"10.0.0.1:8443"}]})");
}

TEST(Discovery, OfGroups) {
  const json::Value document = api_groups(all_kinds());
  EXPECT_EQ(document.at("kind"), "APIGroupList");
  EXPECT_EQ(json::to_string(document.at("groups").at(0)),
            R"({"name":"coordination.k8s.io","versions":[{"groupVersion":"coordination.k8s.io/v1","version":"v1"}],)"
            R"("preferredVersion":{"groupVersion":"coordination.k8s.io/v1","version":"v1"}})");
  EXPECT_EQ(document.at("groups").as_array().size(), 6U);
}

TEST(Discovery, OfOneGroup) {
  const auto document = api_group(all_kinds(), "holdfast.dev");
  ASSERT_TRUE(document);
  EXPECT_EQ(
      json::to_string(*document),
      R"({"kind":"APIGroup","apiVersion":"v1","name":"holdfast.dev","versions":[{"groupVersion":"holdfast.dev/v1",)"
      R"("version":"v1"}],"preferredVersion":{"groupVersion":"holdfast.dev/v1","version":"v1"}})");
  EXPECT_FALSE(api_group(all_kinds(), "apps"));
  EXPECT_FALSE(api_group(all_kinds(), ""));
}

TEST(Discovery, OfResources) {
  const auto document = api_resources(all_kinds(), {.group = "kubermatic.k8c.io", .version = "v1"});
  ASSERT_TRUE(document);
  EXPECT_EQ(document->at("groupVersion"), "kubermatic.k8c.io/v1");
  std::vector<std::string> names;
  for (const json::Value& each : document->at("resources").as_array())
    names.emplace_back(each.at("name").as_string());
  EXPECT_EQ(names, (std::vector<std::string>{
                       "clusters", "clusters/status", "etcdbackupconfigs", "etcdbackupconfigs/status", "etcdrestores",
                       "etcdrestores/status", "kubermaticconfigurations", "kubermaticconfigurations/status",
                       "kubermaticsettings", "projects", "projects/status", "seeds", "seeds/status"}));
  EXPECT_EQ(json::to_string(document->at("resources").at(3)),
            R"({"name":"etcdbackupconfigs/status","singularName":"","namespaced":true,"kind":"EtcdBackupConfig",)"
            R"("verbs":["get","patch","update"]})");
  EXPECT_FALSE(api_resources(all_kinds(), {.group = "kubermatic.k8c.io", .version = "v2"}));
}

TEST(Discovery, AggregatedDocumentsStayAsTheyAre) {
  expect_golden("tests/data/api/discovery_core.json",
                json::to_pretty_string(aggregated_discovery(all_kinds(), true, "v2")));
  expect_golden("tests/data/api/discovery_groups.json",
                json::to_pretty_string(aggregated_discovery(all_kinds(), false, "v2")));
}

TEST(Discovery, AggregatedDocumentsDifferInTheirVersionOnly) {
  json::Value beta = aggregated_discovery(all_kinds(), false, "v2beta1");
  EXPECT_EQ(beta.at("apiVersion"), "apidiscovery.k8s.io/v2beta1");
  beta.as_object()["apiVersion"] = "apidiscovery.k8s.io/v2";
  EXPECT_EQ(beta, aggregated_discovery(all_kinds(), false, "v2"));
}

TEST(Etag, IsOfTheBytes) {
  EXPECT_EQ(etag_of("a"), etag_of("a"));
  EXPECT_NE(etag_of("a"), etag_of("b"));
  EXPECT_EQ(etag_of("").front(), '"');
  EXPECT_EQ(etag_of("").back(), '"');
}

}  // namespace
}  // namespace holdfast::api
