#include "api_support.h"

#include <gtest/gtest.h>

#include "api/yaml.h"

namespace holdfast::api {

const Kinds& all_kinds() {
  static const Kinds kinds = [] {
    auto loaded = Kinds::load();
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().to_string());
    return loaded ? std::move(*loaded) : Kinds();
  }();
  return kinds;
}

const Kind& kind_named(std::string_view name) {
  for (const Kind& kind : all_kinds().all()) {
    if (kind.kind == name) return kind;
  }
  ADD_FAILURE() << "there is no kind " << name;
  static const Kind none;
  return none;
}

json::Value yaml(std::string_view text) {
  auto value = parse_yaml(text, 4'000'000);
  EXPECT_TRUE(value) << (value ? "" : value.error().to_string());
  return value ? std::move(*value) : json::Value();
}

std::shared_ptr<const Schema> schema_of(std::string_view text) {
  auto schema = parse_schema(yaml(text));
  EXPECT_TRUE(schema) << (schema ? "" : schema.error().to_string());
  return schema ? *schema : std::make_shared<const Schema>();
}

std::vector<std::string> texts(const std::vector<Cause>& causes) {
  std::vector<std::string> all;
  for (const Cause& cause : causes)
    all.push_back(cause.field + ": " + cause.reason + ": " + cause.message);
  return all;
}

json::Value config_with(std::string_view spec) {
  json::Value object = yaml(R"({apiVersion: kubermatic.k8c.io/v1, kind: EtcdBackupConfig,
                               metadata: {name: daily, namespace: cluster-x}})");
  object.get_object()["spec"] = yaml(spec);
  return object;
}

}  // namespace holdfast::api
