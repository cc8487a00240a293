#include "api/openapi.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"
#include "golden.h"

namespace holdfast::api {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kConfigName = "io.k8c.kubermatic.v1.EtcdBackupConfig";

const json::Value& kubermatic() {
  static const json::Value document = openapi_v3(all_kinds(), {.group = "kubermatic.k8c.io", .version = "v1"});
  return document;
}

// All texts under "$ref".
void references(const json::Value& value, std::set<std::string>& found) {
  if (const json::Array* array = value.if_array()) {
    for (const json::Value& item : *array)
      references(item, found);
  }
  const json::Object* object = value.if_object();
  if (object == nullptr) return;
  for (const auto& member : *object) {
    if (member.key() == "$ref" && member.value().is_string()) {
      found.emplace(member.value().as_string());
    } else {
      references(member.value(), found);
    }
  }
}

bool has_parameter(const json::Value& operation, std::string_view name) {
  for (const json::Value& each : operation.at("parameters").as_array()) {
    if (each.at("name") == json::Value(name) && each.at("in") == "query") return true;
  }
  return false;
}

TEST(OpenApi, NamesSchemasByReversedGroups) {
  EXPECT_EQ(schema_name(kind_named("EtcdBackupConfig")), kConfigName);
  EXPECT_EQ(schema_name(kind_named("Backup")), "dev.holdfast.v1.Backup");
  EXPECT_EQ(schema_name(kind_named("Secret")), "io.k8s.api.core.v1.Secret");
  EXPECT_EQ(schema_name(kind_named("Lease")), "io.k8s.api.coordination.v1.Lease");
}

// Without these kubectl refuses to create, apply, replace and edit.
TEST(OpenApi, HasAPatchWithFieldValidationForEveryKindThatCanBePatched) {
  for (const Kind& kind : all_kinds().all()) {
    if (!kind.can("patch")) continue;
    const json::Value document = openapi_v3(all_kinds(), kind.group_version);
    bool found = false;
    for (const auto& path : document.at("paths").as_object()) {
      const json::Value* patch = path.value().as_object().if_contains("patch");
      if (patch == nullptr) continue;
      const json::Value& extension = patch->at("x-kubernetes-group-version-kind");
      if (extension.at("kind") != json::Value(kind.kind)) continue;
      found = true;
      EXPECT_EQ(extension.at("group"), json::Value(kind.group_version.group));
      EXPECT_EQ(extension.at("version"), json::Value(kind.group_version.version));
      EXPECT_TRUE(has_parameter(*patch, "fieldValidation")) << path.key();
      EXPECT_TRUE(has_parameter(*patch, "dryRun")) << path.key();
    }
    EXPECT_TRUE(found) << kind.kind;
  }
}

TEST(OpenApi, HasPathsThatEndInThePlural) {
  const json::Object& paths = kubermatic().at("paths").as_object();
  for (const char* path : {"/apis/kubermatic.k8c.io/v1/etcdbackupconfigs",
                           "/apis/kubermatic.k8c.io/v1/namespaces/{namespace}/etcdbackupconfigs",
                           "/apis/kubermatic.k8c.io/v1/namespaces/{namespace}/etcdbackupconfigs/{name}",
                           "/apis/kubermatic.k8c.io/v1/namespaces/{namespace}/etcdbackupconfigs/{name}/status",
                           "/apis/kubermatic.k8c.io/v1/clusters", "/apis/kubermatic.k8c.io/v1/clusters/{name}"}) {
    EXPECT_TRUE(paths.contains(path)) << path;
  }
  EXPECT_FALSE(paths.contains("/apis/kubermatic.k8c.io/v1/namespaces/{namespace}/clusters"));
}

TEST(OpenApi, LeavesOutWhatAKindCannotDo) {
  const json::Value document = openapi_v3(all_kinds(), {.group = "apiextensions.k8s.io", .version = "v1"});
  const json::Object& item =
      document.at("paths").at("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}").as_object();
  EXPECT_TRUE(item.contains("get"));
  EXPECT_FALSE(item.contains("patch"));
  EXPECT_FALSE(item.contains("delete"));
}

TEST(OpenApi, SaysTheKindOfEachSchemaForExplain) {
  const json::Value& schema = kubermatic().at("components").at("schemas").at(kConfigName);
  EXPECT_EQ(json::to_string(schema.at("x-kubernetes-group-version-kind")),
            R"([{"group":"kubermatic.k8c.io","kind":"EtcdBackupConfig","version":"v1"}])");
  EXPECT_EQ(json::to_string(schema.at("properties").at("metadata").at("allOf")),
            R"([{"$ref":"#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}])");
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  for (const GroupVersion& each : all_kinds().group_versions()) {
    const json::Value document = openapi_v3(all_kinds(), each);
    std::set<std::string> found;
    references(document, found);
    for (const std::string& reference : found) {
      const std::string name = reference.substr(std::string_view("#/components/schemas/").size());
      EXPECT_TRUE(document.at("components").at("schemas").as_object().contains(name)) << reference;
    }
  }
  const json::Value v2 = openapi_v2(all_kinds());
  std::set<std::string> found;
  references(v2, found);
  for (const std::string& reference : found)
    EXPECT_TRUE(v2.at("definitions").as_object().contains(reference.substr(std::string_view("#/definitions/").size())));
}

TEST(OpenApi, OfABackupConfigStaysAsItIs) {
  const std::string path = "/apis/kubermatic.k8c.io/v1/namespaces/{namespace}/etcdbackupconfigs/{name}";
  expect_golden("tests/data/api/openapi_schema.json",
                json::to_pretty_string(kubermatic().at("components").at("schemas").at(kConfigName)));
  expect_golden("tests/data/api/openapi_path.json", json::to_pretty_string(kubermatic().at("paths").at(path)));
}

TEST(OpenApi, Version2KnowsNoNullAndNoAlternatives) {
  const std::string text = json::to_string(openapi_v2(all_kinds()));
  for (const char* word : {"\"nullable\"", "\"allOf\"", "\"oneOf\"", "\"anyOf\""})
    EXPECT_THAT(text, Not(HasSubstr(word)));
  EXPECT_THAT(text, HasSubstr("\"swagger\":\"2.0\""));
}

TEST(OpenApi, DocumentsAreFoundByTheUrlsOfTheIndex) {
  const OpenApiDocuments documents(all_kinds());
  const auto index = json::parse(documents.index().body, 1'000'000);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->at("paths").as_object().size(), all_kinds().group_versions().size());
  for (const auto& each : index->at("paths").as_object()) {
    const OpenApiDocuments::Document* document = documents.find(each.key());
    ASSERT_NE(document, nullptr) << each.key();
    EXPECT_EQ(each.value().at("serverRelativeURL"),
              json::Value("/openapi/v3/" + std::string(each.key()) + "?hash=" + document->hash));
    EXPECT_EQ(document->hash.size(), 64U);
  }
  EXPECT_NE(documents.find("api/v1"), nullptr);
  EXPECT_EQ(documents.find("apis/apps/v1"), nullptr);
  EXPECT_FALSE(documents.url("apis/apps/v1"));
}

}  // namespace
}  // namespace holdfast::api
