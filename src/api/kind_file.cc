#include "api/kind_file.h"

#include <algorithm>

namespace holdfast::api {
namespace {

constexpr std::string_view kSharedPrefix = "#/shared/";

const json::Object* object_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

std::string text_or(const json::Object& object, std::string_view name, std::string otherwise) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::move(otherwise);
}

bool flag_or(const json::Object& object, std::string_view name, bool otherwise) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

Result<std::vector<std::string>> texts(const json::Object& object, std::string_view name) {
  std::vector<std::string> all;
  if (!object.contains(name)) return all;
  HF_ASSIGN(const json::Array array, json::get_array(object, name));
  for (const json::Value& each : array) {
    if (!each.is_string()) return fail(Code::corrupt, "an entry of \"{}\" is not text", name);
    all.emplace_back(each.get_string());
  }
  return all;
}

constexpr std::size_t kMostLevels = 64;

// Replaces every `$ref`, also inside what a reference brings.
Status expand(json::Value& value, const json::Object& shared, std::size_t level) {
  if (level == kMostLevels) return fail(Code::corrupt, "references go round in circles");
  if (json::Array* array = value.if_array()) {
    for (json::Value& item : *array)
      HF_TRY(expand(item, shared, level + 1));
    return {};
  }
  json::Object* object = value.if_object();
  if (object == nullptr) return {};
  const std::string target = text_or(*object, "$ref", "");
  if (!target.empty()) {
    const json::Object* found =
        target.starts_with(kSharedPrefix) ? object_at(shared, target.substr(kSharedPrefix.size())) : nullptr;
    if (found == nullptr) return fail(Code::corrupt, "there is no \"{}\"", target);
    json::Object replacement = *found;
    for (const auto& member : *object) {
      if (member.key() != "$ref") replacement[member.key()] = member.value();
    }
    value = std::move(replacement);
    return expand(value, shared, level + 1);
  }
  for (auto& member : *object)
    HF_TRY(expand(member.value(), shared, level + 1));
  return {};
}

// The schema of the whole object, with the three members every kind has in front.
Result<std::shared_ptr<const Schema>> whole_schema(const json::Value& own, const json::Object& shared) {
  if (!own.is_object()) return fail(Code::corrupt, "openAPIV3Schema is not an object");
  json::Object whole = own.get_object();
  json::Object properties{{"apiVersion", {{"$ref", "#/shared/apiVersion"}}},
                          {"kind", {{"$ref", "#/shared/kind"}}},
                          {"metadata", {{"$ref", "#/shared/objectMeta"}}}};
  if (const json::Object* given = object_at(whole, "properties")) {
    for (const auto& member : *given)
      properties[member.key()] = member.value();
  }
  whole["properties"] = std::move(properties);
  json::Value document(std::move(whole));
  HF_TRY(expand(document, shared, 0));
  return parse_schema(document);
}

Result<std::vector<Column>> columns(const json::Object& version) {
  std::vector<Column> all;
  if (!version.contains("additionalPrinterColumns")) return all;
  HF_ASSIGN(const json::Array array, json::get_array(version, "additionalPrinterColumns"));
  for (const json::Value& each : array) {
    if (!each.is_object()) return fail(Code::corrupt, "a column is not an object");
    const json::Object& column = each.get_object();
    Column read;
    HF_ASSIGN(read.name, json::get_string(column, "name"));
    HF_ASSIGN(read.type, json::get_string(column, "type"));
    HF_ASSIGN(read.json_path, json::get_string(column, "jsonPath"));
    HF_ASSIGN(read.description, json::get_string(column, "description"));
    if (column.contains("priority")) {
      HF_ASSIGN(const std::int64_t priority, json::get_int(column, "priority"));
      read.priority = static_cast<int>(priority);
    }
    all.push_back(std::move(read));
  }
  return all;
}

// A definition writes ".spec.cluster.name", a field selector "spec.cluster.name".
Result<std::vector<std::string>> selectable_fields(const json::Object& version, const json::Object& own) {
  HF_ASSIGN(std::vector<std::string> all, texts(own, "selectableFields"));
  if (!version.contains("selectableFields")) return all;
  HF_ASSIGN(const json::Array array, json::get_array(version, "selectableFields"));
  for (const json::Value& each : array) {
    if (!each.is_object()) return fail(Code::corrupt, "a selectable field is not an object");
    HF_ASSIGN(const std::string path, json::get_string(each.get_object(), "jsonPath"));
    all.push_back(path.substr(path.starts_with(".") ? 1 : 0));
  }
  return all;
}

Status read_names(Kind& kind, const json::Object& spec) {
  HF_ASSIGN(kind.group_version.group, json::get_string(spec, "group"));
  HF_ASSIGN(const std::string scope, json::get_string(spec, "scope"));
  if (scope != "Namespaced" && scope != "Cluster") return fail(Code::corrupt, "\"{}\" is no scope", scope);
  kind.namespaced = scope == "Namespaced";
  HF_ASSIGN(const json::Object names, json::get_object(spec, "names"));
  HF_ASSIGN(kind.kind, json::get_string(names, "kind"));
  HF_ASSIGN(kind.plural, json::get_string(names, "plural"));
  HF_ASSIGN(kind.singular, json::get_string(names, "singular"));
  HF_ASSIGN(kind.short_names, texts(names, "shortNames"));
  HF_ASSIGN(kind.categories, texts(names, "categories"));
  return {};
}

Status read_own(Kind& kind, const json::Object& own) {
  kind.built_in = flag_or(own, "builtIn", false);
  kind.custom = !kind.built_in;
  kind.generation = flag_or(own, "generation", !kind.built_in);
  HF_ASSIGN(kind.verbs, texts(own, "verbs"));
  if (kind.verbs.empty())
    kind.verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  return {};
}

Status read_version(Kind& kind, const json::Object& version, const json::Object& own, const json::Object& shared) {
  HF_ASSIGN(kind.group_version.version, json::get_string(version, "name"));
  if (const json::Object* subresources = object_at(version, "subresources"))
    kind.status_subresource = subresources->contains("status");
  HF_ASSIGN(kind.columns, columns(version));
  HF_ASSIGN(kind.selectable_fields, selectable_fields(version, own));
  HF_ASSIGN(const json::Object schema, json::get_object(version, "schema"));
  if (!schema.contains("openAPIV3Schema")) return fail(Code::corrupt, "there is no openAPIV3Schema");
  HF_ASSIGN(kind.schema, whole_schema(schema.at("openAPIV3Schema"), shared));
  return {};
}

}  // namespace

Result<Kind> parse_kind(const json::Value& document, const json::Object& shared) {
  if (!document.is_object()) return fail(Code::corrupt, "is not an object");
  HF_ASSIGN(const json::Object spec, json::get_object(document.get_object(), "spec"));
  const json::Object* found = object_at(document.get_object(), "holdfast");
  const json::Object own = found == nullptr ? json::Object() : *found;
  Kind kind;
  HF_TRY(read_names(kind, spec));
  HF_TRY(read_own(kind, own));
  HF_ASSIGN(const json::Array versions, json::get_array(spec, "versions"));
  if (versions.size() != 1 || !versions[0].is_object()) return fail(Code::corrupt, "there must be one version");
  HF_TRY(read_version(kind, versions[0].get_object(), own, shared));
  return kind;
}

}  // namespace holdfast::api
