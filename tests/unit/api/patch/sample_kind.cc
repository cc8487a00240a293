#include "unit/api/patch/sample_kind.h"

#include <gtest/gtest.h>

#include "api/schema.h"
#include "unit/api/patch/json_text.h"

namespace holdfast::test {
namespace {

constexpr const char* kSpec = R"({
  "type": "object",
  "properties": {
    "schedule": {"type": "string"},
    "keep": {"type": "integer"},
    "ratio": {"type": "number"},
    "paused": {"type": "boolean"},
    "port": {"x-kubernetes-int-or-string": true},
    "until": {"type": "string", "nullable": true},
    "cluster": {"type": "object", "x-kubernetes-map-type": "atomic",
                "properties": {"name": {"type": "string"}, "region": {"type": "string"}}},
    "members": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                "items": {"type": "object", "properties": {
                  "name": {"type": "string"}, "port": {"type": "integer"}, "host": {"type": "string"},
                  "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
                  "limits": {"type": "object", "additionalProperties": {"type": "string"}}}}},
    "ports": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["number", "protocol"],
              "items": {"type": "object", "properties": {
                "number": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"},
                "name": {"type": "string"}}}},
    "zones": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
    "settings": {"type": "object", "additionalProperties": {"type": "string"}},
    "groups": {"type": "object", "additionalProperties": {"type": "object", "properties": {
                 "size": {"type": "integer"}, "note": {"type": "string"}}}},
    "raw": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
    "plain": {"type": "array", "items": {"type": "string"}}
  }})";
constexpr const char* kStatus =
    R"({"type": "object", "properties": {"phase": {"type": "string"}, "count": {"type": "integer"}}})";

std::shared_ptr<const api::Schema> schema_of(const char* text) {
  auto schema = api::parse_schema(parsed(text));
  if (!schema) ADD_FAILURE() << schema.error().to_string();
  return schema ? *schema : std::make_shared<api::Schema>();
}

api::Kind make_sample() {
  api::Kind kind = real_kind("EtcdBackupConfig");
  kind.kind = "Sample";
  auto schema = std::make_shared<api::Schema>(*kind.schema);
  std::erase_if(schema->properties,
                [](const auto& property) { return property.first == "spec" || property.first == "status"; });
  schema->properties.emplace_back("spec", schema_of(kSpec));
  schema->properties.emplace_back("status", schema_of(kStatus));
  kind.schema = std::move(schema);
  return kind;
}

}  // namespace

const api::Kind& real_kind(std::string_view name) {
  static const auto kinds = api::Kinds::load();
  static const api::Kind none;
  if (!kinds) ADD_FAILURE() << kinds.error().to_string();
  for (const api::Kind& kind : kinds->all()) {
    if (kind.kind == name) return kind;
  }
  ADD_FAILURE() << "no kind " << name;
  return none;
}

const api::Kind& sample_kind() {
  static const api::Kind kind = make_sample();
  return kind;
}

}  // namespace holdfast::test
