#include "server/openapi_protobuf.h"

#include <cstdint>
#include <string_view>

#include "api/fields.h"

namespace holdfast::server {
namespace {

// Numbers of the fields in gnostic's OpenAPIv2.proto.
namespace field {
constexpr std::uint32_t kName = 1;            // of Named…
constexpr std::uint32_t kValue = 2;           // of Named…
constexpr std::uint32_t kSwagger = 1;         // Document
constexpr std::uint32_t kInfo = 2;            // Document
constexpr std::uint32_t kPaths = 8;           // Document
constexpr std::uint32_t kDefinitions = 9;     // Document
constexpr std::uint32_t kTitle = 1;           // Info
constexpr std::uint32_t kVersion = 2;         // Info
constexpr std::uint32_t kPath = 2;            // Paths
constexpr std::uint32_t kPatch = 8;           // PathItem
constexpr std::uint32_t kParameters = 8;      // Operation
constexpr std::uint32_t kOperationMore = 13;  // Operation: vendor_extension
constexpr std::uint32_t kParameter = 1;       // ParametersItem
constexpr std::uint32_t kNonBody = 2;         // Parameter
constexpr std::uint32_t kQuery = 3;           // NonBodyParameter
constexpr std::uint32_t kQueryIn = 2;         // QueryParameterSubSchema
constexpr std::uint32_t kQueryName = 4;       // QueryParameterSubSchema
constexpr std::uint32_t kYaml = 2;            // Any
constexpr std::uint32_t kEntries = 1;         // Definitions, Properties, ItemsItem, TypeItem: repeated
constexpr std::uint32_t kRef = 1;             // Schema
constexpr std::uint32_t kFormat = 2;          // Schema
constexpr std::uint32_t kDescription = 4;     // Schema
constexpr std::uint32_t kRequired = 19;       // Schema
constexpr std::uint32_t kAdditional = 21;     // Schema
constexpr std::uint32_t kType = 22;           // Schema
constexpr std::uint32_t kItems = 23;          // Schema
constexpr std::uint32_t kProperties = 25;     // Schema
constexpr std::uint32_t kSchemaMore = 31;     // Schema: vendor_extension
}  // namespace field

constexpr std::string_view kKindExtension = "x-kubernetes-group-version-kind";

void add_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U)
    out += static_cast<char>((number & 0x7FU) | 0x80U);
  out += static_cast<char>(number);
}

// A field of the wire type "length-delimited": text or message.
void add(std::string& out, std::uint32_t number, std::string_view bytes) {
  add_number(out, (std::uint64_t{number} << 3U) | 2U);
  add_number(out, bytes.size());
  out += bytes;
}

void add_text(std::string& out, std::uint32_t number, std::string_view text) {
  if (!text.empty()) add(out, number, text);
}

std::string named(std::string_view name, std::string_view value) {
  std::string out;
  add(out, field::kName, name);
  add(out, field::kValue, value);
  return out;
}

// A vendor extension; JSON is YAML.
std::string extension(std::string_view name, const json::Value& value) {
  std::string any;
  add(any, field::kYaml, json::to_string(value));
  return named(name, any);
}

bool is_open(const json::Value& schema) {
  return api::flag_at(schema, {"x-kubernetes-preserve-unknown-fields"}) ||
         api::flag_at(schema, {"x-kubernetes-int-or-string"}) || api::flag_at(schema, {"nullable"}) ||
         api::flag_at(schema, {"x-nullable"});
}

std::string schema_of(const json::Value& schema);

std::string properties_of(const json::Object& properties) {
  std::string out;
  for (const auto& each : properties)
    add(out, field::kEntries, named(each.key(), schema_of(each.value())));
  return out;
}

// Types, fields and items.
void add_shape(std::string& out, const json::Value& schema) {
  if (const std::string_view type = api::text_at(schema, {"type"}); !type.empty()) {
    std::string types;
    add(types, field::kEntries, type);
    add(out, field::kType, types);
  }
  if (const json::Array* required = api::array_at(schema, {"required"})) {
    for (const json::Value& name : *required)
      add(out, field::kRequired, std::string_view(name.get_string()));
  }
  if (const json::Value* additional = api::field_at(schema, {"additionalProperties"});
      additional != nullptr && additional->is_object()) {
    std::string item;
    add(item, field::kEntries, schema_of(*additional));
    add(out, field::kAdditional, item);
  }
  if (const json::Value* items = api::field_at(schema, {"items"})) {
    std::string item;
    add(item, field::kEntries, schema_of(*items));
    add(out, field::kItems, item);
  }
  if (const json::Object* properties = api::object_at(schema, {"properties"}))
    add(out, field::kProperties, properties_of(*properties));
}

std::string schema_of(const json::Value& schema) {
  std::string out;
  add_text(out, field::kRef, api::text_at(schema, {"$ref"}));
  add_text(out, field::kFormat, api::text_at(schema, {"format"}));
  add_text(out, field::kDescription, api::text_at(schema, {"description"}));
  if (!is_open(schema)) add_shape(out, schema);
  if (const json::Value* kinds = api::field_at(schema, {kKindExtension}))
    add(out, field::kSchemaMore, extension(kKindExtension, *kinds));
  return out;
}

std::string operation_of(const json::Value& operation) {
  std::string out;
  const json::Array* parameters = api::array_at(operation, {"parameters"});
  for (const json::Value& each : parameters == nullptr ? json::Array() : *parameters) {
    if (api::text_at(each, {"in"}) != "query") continue;
    std::string query;
    add(query, field::kQueryIn, "query");
    add(query, field::kQueryName, api::text_at(each, {"name"}));
    std::string non_body;
    add(non_body, field::kQuery, query);
    std::string parameter;
    add(parameter, field::kNonBody, non_body);
    std::string item;
    add(item, field::kParameter, parameter);
    add(out, field::kParameters, item);
  }
  if (const json::Value* kind = api::field_at(operation, {kKindExtension}))
    add(out, field::kOperationMore, extension(kKindExtension, *kind));
  return out;
}

std::string paths_of(const json::Object& paths) {
  std::string out;
  for (const auto& each : paths) {
    const json::Value* patch = api::field_at(each.value(), {"patch"});
    if (patch == nullptr) continue;
    std::string item;
    add(item, field::kPatch, operation_of(*patch));
    add(out, field::kPath, named(each.key(), item));
  }
  return out;
}

}  // namespace

std::string openapi_protobuf(const json::Value& document) {
  std::string info;
  add_text(info, field::kTitle, api::text_at(document, {"info", "title"}));
  add_text(info, field::kVersion, api::text_at(document, {"info", "version"}));
  std::string out;
  add_text(out, field::kSwagger, api::text_at(document, {"swagger"}));
  add(out, field::kInfo, info);
  if (const json::Object* paths = api::object_at(document, {"paths"})) add(out, field::kPaths, paths_of(*paths));
  if (const json::Object* definitions = api::object_at(document, {"definitions"}))
    add(out, field::kDefinitions, properties_of(*definitions));
  return out;
}

}  // namespace holdfast::server
