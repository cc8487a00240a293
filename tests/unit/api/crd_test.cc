#include "api/crd.h"

#include <gtest/gtest.h>

#include "api_support.h"

#include "api/kind_file.h"
#include "api/object.h"

namespace holdfast::api {
namespace {

const std::vector<json::Value>& definitions() {
  static const std::vector<json::Value> all = resource_definitions(all_kinds(), "2026-01-01T00:00:00Z", "7");
  return all;
}

TEST(Definitions, AreThoseOfOurOwnKinds) {
  std::vector<std::string> names;
  for (const json::Value& each : definitions())
    names.emplace_back(each.at("metadata").at("name").as_string());
  EXPECT_EQ(names, (std::vector<std::string>{
                       "backups.holdfast.dev", "clusters.kubermatic.k8c.io", "etcdbackupconfigs.kubermatic.k8c.io",
                       "etcdrestores.kubermatic.k8c.io", "kubermaticconfigurations.kubermatic.k8c.io",
                       "kubermaticsettings.kubermatic.k8c.io", "launchers.holdfast.dev", "members.holdfast.dev",
                       "operations.holdfast.dev", "projects.kubermatic.k8c.io", "seeds.kubermatic.k8c.io",
                       "tokens.holdfast.dev"}));
}

TEST(Definitions, SayThatTheyAreEstablished) {
  for (const json::Value& each : definitions()) {
    const json::Value& condition = each.at("status").at("conditions").at(1);
    EXPECT_EQ(condition.at("type"), "Established");
    EXPECT_EQ(condition.at("status"), "True");
  }
}

TEST(Definitions, AreValidObjectsThemselves) {
  const Kind& kind = kind_named("CustomResourceDefinition");
  for (const json::Value& each : definitions()) {
    const auto decoded = decode_json(kind, json::to_string(each));
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_TRUE(oddities(*decoded).empty());
    EXPECT_EQ(texts(validate(kind, decoded->object)), std::vector<std::string>());
  }
}

TEST(Definitions, AreTheSameAfterARestart) {
  EXPECT_EQ(definitions(), resource_definitions(all_kinds(), "2026-01-01T00:00:00Z", "7"));
}

// What is written as a definition is read as the same kind.
TEST(Definitions, CanBeReadAsKinds) {
  for (const json::Value& each : definitions()) {
    json::Value copy = each;
    // The file of a kind leaves these out.
    json::Object& version = copy.at("spec").at("versions").at(0).as_object();
    json::Array& columns = version["additionalPrinterColumns"].as_array();
    columns.pop_back();
    version["schema"].at("openAPIV3Schema").at("properties").as_object().erase("metadata");
    const json::Object shared = yaml(R"(
        apiVersion: {type: string}
        kind: {type: string}
        objectMeta: {type: object})")
                                    .as_object();
    const auto kind = parse_kind(copy, shared);
    ASSERT_TRUE(kind) << kind.error().to_string();
    const Kind& origin = kind_named(kind->kind);
    EXPECT_EQ(kind->plural, origin.plural);
    EXPECT_EQ(kind->short_names, origin.short_names);
    EXPECT_EQ(kind->selectable_fields, origin.selectable_fields);
    EXPECT_EQ(kind->status_subresource, origin.status_subresource);
    EXPECT_EQ(kind->columns.size(), origin.columns.size());
  }
}

}  // namespace
}  // namespace holdfast::api
