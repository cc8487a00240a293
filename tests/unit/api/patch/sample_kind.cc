#include "unit/api/patch/sample_kind.h"

#include <memory>

#include "unit/api/api_support.h"

#include "api/schema.h"

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

api::Kind make_sample() {
  api::Kind kind = api::kind_named("EtcdBackupConfig");
  kind.kind = "Sample";
  auto schema = std::make_shared<api::Schema>(*kind.schema);
  std::erase_if(schema->properties,
                [](const auto& property) { return property.first == "spec" || property.first == "status"; });
  schema->properties.emplace_back("spec", api::schema_of(kSpec));
  schema->properties.emplace_back("status", api::schema_of(kStatus));
  kind.schema = std::move(schema);
  return kind;
}

}  // namespace

const api::Kind& sample_kind() {
  static const api::Kind kind = make_sample();
  return kind;
}

}  // namespace holdfast::test
