#include "api/openapi_paths.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "api/openapi.h"

namespace holdfast::api {
namespace {

struct Parameter {
  std::string_view name;
  std::string_view place;  // "query" or "path"
  std::string_view type;
  std::string_view description;
};

constexpr Parameter kName{"name", "path", "string", "The name of the resource."};
constexpr Parameter kNamespace{"namespace", "path", "string", "The namespace of the resource."};
constexpr std::array<Parameter, 3> kOfWrites{
    {{"dryRun", "query", "string", "All: everything is done but storing the result."},
     {"fieldManager", "query", "string", "Who makes the change."},
     {"fieldValidation", "query", "string",
      "What is done about unknown and duplicate fields: Strict refuses, Warn warns, Ignore says nothing."}}};
constexpr Parameter kForce{"force", "query", "boolean", "Whether apply takes fields away from other managers."};
constexpr std::array<Parameter, 3> kOfDeletes{
    {{"dryRun", "query", "string", "All: everything is done but storing the result."},
     {"gracePeriodSeconds", "query", "integer", "Accepted and not needed."},
     {"propagationPolicy", "query", "string", "Accepted and not needed."}}};
constexpr std::array<Parameter, 7> kOfLists{
    {{"labelSelector", "query", "string", "Only resources with these labels."},
     {"fieldSelector", "query", "string", "Only resources with these fields."},
     {"limit", "query", "integer", "How many resources an answer has at most."},
     {"continue", "query", "string", "Where the answer before ended."},
     {"resourceVersion", "query", "string", "How new the answer must be, or where a watch begins."},
     {"watch", "query", "boolean", "Whether changes are told as they happen."},
     {"timeoutSeconds", "query", "integer", "How long a watch lasts."}}};

json::Object parameter(const Parameter& each, OpenApiVersion version) {
  json::Object out{{"name", each.name}, {"in", each.place}, {"description", each.description}};
  if (each.place == "path") out["required"] = true;
  if (version == OpenApiVersion::v2) {
    out["type"] = json::Value(each.type);
  } else {
    out["schema"] = json::Object{{"type", each.type}};
  }
  return out;
}

template <class Range>
void add(json::Array& out, const Range& parameters, OpenApiVersion version) {
  for (const Parameter& each : parameters)
    out.push_back(parameter(each, version));
}

json::Object response(std::string_view schema, OpenApiVersion version) {
  if (version == OpenApiVersion::v2) return {{"description", "OK"}, {"schema", schema_reference(version, schema)}};
  const json::Object content{{"application/json", json::Object{{"schema", schema_reference(version, schema)}}}};
  return {{"description", "OK"}, {"content", content}};
}

std::vector<std::string_view> patch_types(const Kind& kind) {
  std::vector<std::string_view> types{"application/apply-patch+yaml", "application/json-patch+json",
                                      "application/merge-patch+json"};
  if (kind.built_in) types.emplace_back("application/strategic-merge-patch+json");
  return types;
}

// What is sent with a post, put or patch.
void add_body(const Kind& kind, std::string_view method, OpenApiVersion version, json::Object& operation) {
  if (method != "post" && method != "put" && method != "patch") return;
  std::vector<std::string_view> types{"application/json"};
  if (method == "patch") types = patch_types(kind);
  if (version == OpenApiVersion::v2) {
    json::Array consumes;
    for (const std::string_view type : types)
      consumes.emplace_back(type);
    operation["consumes"] = std::move(consumes);
    return;
  }
  json::Object content;
  for (const std::string_view type : types)
    content[type] = json::Object{{"schema", method == "patch" ? json::Object{{"type", "object"}}
                                                              : schema_reference(version, schema_name(kind))}};
  operation["requestBody"] = json::Object{{"required", true}, {"content", std::move(content)}};
}

// One operation at one path.
struct Operation {
  std::string_view method;  // "get"
  std::string_view action;  // x-kubernetes-action
  std::string_view does;    // description
};

json::Object operation(const Kind& kind, const Operation& what, OpenApiVersion version) {
  json::Array parameters;
  if (what.action == "list") add(parameters, kOfLists, version);
  if (what.method == "post" || what.method == "put" || what.method == "patch") add(parameters, kOfWrites, version);
  if (what.method == "patch") parameters.push_back(parameter(kForce, version));
  if (what.method == "delete") add(parameters, kOfDeletes, version);
  json::Object out{{"description", fmt::format("{} {}", what.does, kind.kind)}, {"parameters", std::move(parameters)}};
  add_body(kind, what.method, version, out);
  const std::string answer = schema_name(kind) + (what.action == "list" ? "List" : "");
  out["responses"] = json::Object{{"200", response(answer, version)}};
  out["x-kubernetes-action"] = json::Value(what.action);
  out["x-kubernetes-group-version-kind"] = kind_extension(kind);
  return out;
}

// The operations of `all` that the kind has, at one path.
void add_path(const Kind& kind, OpenApiVersion version, const std::string& path, const std::vector<Operation>& all,
              const std::vector<Parameter>& of_path, json::Object& paths) {
  json::Object item;
  for (const Operation& each : all) {
    // The names of Kubernetes for the same: "put" is update, "post" create.
    const std::string_view verb = each.action == "put" ? "update" : each.action == "post" ? "create" : each.action;
    if (kind.can(verb)) item[each.method] = operation(kind, each, version);
  }
  if (item.empty()) return;
  json::Array parameters;
  add(parameters, of_path, version);
  if (!parameters.empty()) item["parameters"] = std::move(parameters);
  paths[path] = std::move(item);
}

}  // namespace

json::Object schema_reference(OpenApiVersion version, std::string_view name) {
  const std::string_view where = version == OpenApiVersion::v2 ? "#/definitions/" : "#/components/schemas/";
  return {{"$ref", std::string(where) + std::string(name)}};
}

json::Object kind_extension(const Kind& kind) {
  return {{"group", kind.group_version.group}, {"kind", kind.kind}, {"version", kind.group_version.version}};
}

void add_paths(const Kind& kind, OpenApiVersion version, json::Object& paths) {
  const std::string root =
      (kind.group_version.group.empty() ? "/api/" : "/apis/") + kind.group_version.to_string() + "/";
  const std::string base = root + (kind.namespaced ? "namespaces/{namespace}/" : "") + kind.plural;
  const std::vector<Parameter> of_namespace =
      kind.namespaced ? std::vector<Parameter>{kNamespace} : std::vector<Parameter>{};
  std::vector<Parameter> of_item = of_namespace;
  of_item.push_back(kName);
  if (kind.namespaced)
    add_path(kind, version, root + kind.plural, {{"get", "list", "List or watch in all namespaces:"}}, {}, paths);
  add_path(
      kind, version, base,
      {{"get", "list", "List or watch"}, {"post", "post", "Create"}, {"delete", "deletecollection", "Delete several"}},
      of_namespace, paths);
  add_path(
      kind, version, base + "/{name}",
      {{"get", "get", "Read"}, {"put", "put", "Replace"}, {"patch", "patch", "Change"}, {"delete", "delete", "Delete"}},
      of_item, paths);
  if (!kind.status_subresource) return;
  add_path(kind, version, base + "/{name}/status",
           {{"get", "get", "Read the status of"},
            {"put", "put", "Replace the status of"},
            {"patch", "patch", "Change the status of"}},
           of_item, paths);
}

}  // namespace holdfast::api
