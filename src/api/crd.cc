#include "api/crd.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/sha256.h"

namespace holdfast::api {
namespace {

json::Array texts(const std::vector<std::string>& values) {
  json::Array array;
  for (const std::string& each : values)
    array.emplace_back(each);
  return array;
}

json::Object names(const Kind& kind) {
  json::Object out{
      {"plural", kind.plural}, {"singular", kind.singular}, {"kind", kind.kind}, {"listKind", kind.list_kind()}};
  if (!kind.short_names.empty()) out["shortNames"] = texts(kind.short_names);
  if (!kind.categories.empty()) out["categories"] = texts(kind.categories);
  return out;
}

json::Array columns(const Kind& kind) {
  json::Array all;
  for (const Column& column : kind.columns) {
    json::Object each{{"name", column.name}, {"type", column.type}, {"jsonPath", column.json_path}};
    each["description"] = column.description;
    if (column.priority != 0) each["priority"] = column.priority;
    all.push_back(std::move(each));
  }
  all.push_back(json::Object{{"name", "Age"}, {"type", "date"}, {"jsonPath", ".metadata.creationTimestamp"}});
  return all;
}

// As a definition has it: metadata is described nowhere but in ObjectMeta.
json::Value schema(const Kind& kind) {
  json::Value out = schema_to_openapi(*kind.schema);
  out.get_object()["properties"].get_object()["metadata"] = json::Object{{"type", "object"}};
  return out;
}

json::Object version(const Kind& kind) {
  json::Object out{{"name", kind.group_version.version}, {"served", true}, {"storage", true}};
  out["schema"] = json::Object{{"openAPIV3Schema", schema(kind)}};
  if (kind.status_subresource) out["subresources"] = json::Object{{"status", json::Object()}};
  out["additionalPrinterColumns"] = columns(kind);
  json::Array fields;
  for (const std::string& field : kind.selectable_fields)
    fields.push_back(json::Object{{"jsonPath", "." + field}});
  if (!fields.empty()) out["selectableFields"] = std::move(fields);
  return out;
}

json::Object condition(std::string_view type, std::string_view reason, std::string_view message,
                       std::string_view time) {
  return {{"type", type}, {"status", "True"}, {"lastTransitionTime", time}, {"reason", reason}, {"message", message}};
}

json::Object status(const Kind& kind, std::string_view created) {
  return {{"acceptedNames", names(kind)},
          {"conditions", json::Array{condition("NamesAccepted", "NoConflicts", "no conflicts found", created),
                                     condition("Established", "InitialNamesAccepted", "the kind is served", created)}},
          {"storedVersions", json::Array{json::Value(kind.group_version.version)}}};
}

// The same in every process, so that clients see the same object after a restart.
std::string stable_uid(std::string_view name) {
  const std::string hex = to_hex(Sha256::of(as_bytes(name)));
  return fmt::format("{}-{}-4{}-8{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 3), hex.substr(15, 3),
                     hex.substr(18, 12));
}

json::Value definition(const Kind& kind, std::string_view created, std::string_view resource_version) {
  const std::string name = kind.qualified_plural();
  const json::Object metadata{{"name", name},
                              {"uid", stable_uid(name)},
                              {"resourceVersion", resource_version},
                              {"generation", 1},
                              {"creationTimestamp", created}};
  const json::Object spec{{"group", kind.group_version.group},
                          {"names", names(kind)},
                          {"scope", kind.namespaced ? "Namespaced" : "Cluster"},
                          {"versions", json::Array{version(kind)}},
                          {"conversion", json::Object{{"strategy", "None"}}}};
  return json::Object{{"apiVersion", "apiextensions.k8s.io/v1"},
                      {"kind", "CustomResourceDefinition"},
                      {"metadata", metadata},
                      {"spec", spec},
                      {"status", status(kind, created)}};
}

}  // namespace

std::vector<json::Value> resource_definitions(const Kinds& kinds, std::string_view created,
                                              std::string_view resource_version) {
  std::vector<const Kind*> custom;
  for (const Kind& kind : kinds.all()) {
    if (kind.custom) custom.push_back(&kind);
  }
  std::sort(custom.begin(), custom.end(),
            [](const Kind* a, const Kind* b) { return a->qualified_plural() < b->qualified_plural(); });
  std::vector<json::Value> all;
  for (const Kind* kind : custom)
    all.push_back(definition(*kind, created, resource_version));
  return all;
}

}  // namespace holdfast::api
