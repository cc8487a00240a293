#include "api/openapi.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/openapi_paths.h"
#include "base/bytes.h"
#include "base/sha256.h"
#include "model/version.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kListMetaName = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

// "kubermatic.k8c.io" -> "io.k8c.kubermatic"
std::string reversed(std::string_view group) {
  std::string out;
  while (!group.empty()) {
    const std::size_t dot = group.rfind('.');
    const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    if (!out.empty()) out += '.';
    out += group.substr(begin);
    group = group.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  return out;
}

json::Value reference_to_metadata(OpenApiVersion version, std::string_view name, const std::string& description) {
  json::Object out = schema_reference(version, name);
  if (version == OpenApiVersion::v3) out = json::Object{{"allOf", json::Array{std::move(out)}}};
  out["description"] = description;
  return out;
}

// Swagger 2.0 knows no null, and writes "a number or text" as a format.
void simplify(json::Value& value) {
  if (json::Array* array = value.if_array()) {
    for (json::Value& item : *array)
      simplify(item);
  }
  json::Object* object = value.if_object();
  if (object == nullptr) return;
  if (object->contains("x-kubernetes-int-or-string")) {
    (*object)["type"] = "string";
    (*object)["format"] = "int-or-string";
  }
  const json::Value* nullable = object->if_contains("nullable");
  if (nullable != nullptr && nullable->is_bool()) object->erase("nullable");
  for (auto& member : *object)
    simplify(member.value());
}

json::Value kind_schema(const Kind& kind, OpenApiVersion version) {
  json::Value out = schema_to_openapi(*kind.schema);
  if (version == OpenApiVersion::v2) simplify(out);
  json::Object& object = out.get_object();
  json::Object& properties = object["properties"].get_object();
  properties["metadata"] =
      reference_to_metadata(version, kObjectMetaName, kind.schema->property("metadata")->description);
  object["x-kubernetes-group-version-kind"] = json::Array{kind_extension(kind)};
  return out;
}

json::Value list_schema(const Kind& kind, OpenApiVersion version) {
  const auto text = [](std::string_view description) {
    return json::Object{{"description", description}, {"type", "string"}};
  };
  const json::Object items{
      {"description", "The resources."}, {"type", "array"}, {"items", schema_reference(version, schema_name(kind))}};
  json::Object extension = kind_extension(kind);
  extension["kind"] = kind.list_kind();
  const json::Object properties{
      {"apiVersion", text(kind.schema->property("apiVersion")->description)},
      {"kind", text(kind.schema->property("kind")->description)},
      {"metadata", reference_to_metadata(version, kListMetaName, "What is true of the list as a whole.")},
      {"items", items}};
  return json::Object{{"description", fmt::format("A list of {}.", kind.kind)},
                      {"type", "object"},
                      {"required", json::Array{"items"}},
                      {"properties", properties},
                      {"x-kubernetes-group-version-kind", json::Array{std::move(extension)}}};
}

json::Value list_meta() {
  const auto field = [](std::string_view type, std::string_view description) {
    return json::Object{{"description", description}, {"type", type}};
  };
  const json::Object properties{
      {"continue", field("string", "What to send to get the rest of the list.")},
      {"remainingItemCount", field("integer", "How many resources the rest has.")},
      {"resourceVersion", field("string", "The state of the server that the list shows; a watch can begin here.")}};
  return json::Object{
      {"description", "What is true of a list as a whole."}, {"type", "object"}, {"properties", properties}};
}

void add_schemas(const Kind& kind, OpenApiVersion version, json::Object& schemas) {
  schemas[schema_name(kind)] = kind_schema(kind, version);
  if (kind.can("list")) schemas[schema_name(kind) + "List"] = list_schema(kind, version);
}

void add_metadata(const Kind& any, OpenApiVersion version, json::Object& schemas) {
  json::Value metadata = schema_to_openapi(*any.schema->property("metadata"));
  if (version == OpenApiVersion::v2) simplify(metadata);
  schemas[kObjectMetaName] = std::move(metadata);
  schemas[kListMetaName] = list_meta();
}

json::Object information() {
  return {{"title", "Holdfast"}, {"version", HOLDFAST_VERSION}};
}

std::string hash_of(const std::string& body) {
  std::string hex = to_hex(Sha256::of(as_bytes(body)));
  std::transform(hex.begin(), hex.end(), hex.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return hex;
}

OpenApiDocuments::Document document(const json::Value& value) {
  OpenApiDocuments::Document made;
  made.body = json::to_string(value);
  made.hash = hash_of(made.body);
  return made;
}

std::string path_of(const GroupVersion& group_version) {
  return (group_version.group.empty() ? "api/" : "apis/") + group_version.to_string();
}

}  // namespace

std::string schema_name(const Kind& kind) {
  const std::string& group = kind.group_version.group;
  std::string prefix = reversed(group);
  if (kind.built_in) prefix = "io.k8s.api." + (group.empty() ? "core" : group.substr(0, group.find('.')));
  return fmt::format("{}.{}.{}", prefix, kind.group_version.version, kind.kind);
}

json::Value openapi_v3(const Kinds& kinds, const GroupVersion& group_version) {
  json::Object paths;
  json::Object schemas;
  for (const Kind& kind : kinds.all()) {
    if (kind.group_version != group_version) continue;
    add_paths(kind, OpenApiVersion::v3, paths);
    add_schemas(kind, OpenApiVersion::v3, schemas);
    add_metadata(kind, OpenApiVersion::v3, schemas);
  }
  return json::Object{{"openapi", "3.0.0"},
                      {"info", information()},
                      {"paths", std::move(paths)},
                      {"components", json::Object{{"schemas", std::move(schemas)}}}};
}

json::Value openapi_v2(const Kinds& kinds) {
  json::Object paths;
  json::Object definitions;
  for (const Kind& kind : kinds.all()) {
    add_paths(kind, OpenApiVersion::v2, paths);
    add_schemas(kind, OpenApiVersion::v2, definitions);
  }
  if (!kinds.all().empty()) add_metadata(kinds.all().front(), OpenApiVersion::v2, definitions);
  return json::Object{{"swagger", "2.0"},
                      {"info", information()},
                      {"paths", std::move(paths)},
                      {"definitions", std::move(definitions)}};
}

OpenApiDocuments::OpenApiDocuments(const Kinds& kinds) : v2_(document(openapi_v2(kinds))) {
  json::Object paths;
  for (const GroupVersion& each : kinds.group_versions()) {
    const std::string path = path_of(each);
    documents_.emplace(path, document(openapi_v3(kinds, each)));
    paths[path] = json::Object{{"serverRelativeURL", *url(path)}};
  }
  index_ = document(json::Object{{"paths", std::move(paths)}});
}

const OpenApiDocuments::Document* OpenApiDocuments::find(std::string_view path) const {
  const auto found = documents_.find(path);
  return found == documents_.end() ? nullptr : &found->second;
}

std::optional<std::string> OpenApiDocuments::url(std::string_view path) const {
  const Document* found = find(path);
  if (found == nullptr) return std::nullopt;
  return fmt::format("/openapi/v3/{}?hash={}", path, found->hash);
}

}  // namespace holdfast::api
