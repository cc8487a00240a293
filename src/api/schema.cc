#include "api/schema.h"

#include <algorithm>
#include <array>
#include <regex>

#include <fmt/format.h>

namespace holdfast::api {

class Pattern {
 public:
  explicit Pattern(const std::string& text) : regex_(text, std::regex::ECMAScript | std::regex::optimize) {}
  bool matches(std::string_view text) const { return std::regex_search(text.begin(), text.end(), regex_); }

 private:
  std::regex regex_;
};

namespace {

using SchemaPtr = std::shared_ptr<const Schema>;

Result<SchemaPtr> read(const json::Value& document, const std::string& path);

template <class... Args>
tl::unexpected<Error> wrong(const std::string& path, fmt::format_string<Args...> format, Args&&... args) {
  return fail(Code::corrupt, "{}: {}", path.empty() ? "schema" : path,
              fmt::format(format, std::forward<Args>(args)...));
}

Status read_text(std::string& out, const json::Value& value, const std::string& path) {
  if (!value.is_string()) return wrong(path, "is not a string");
  out = std::string(value.get_string());
  return {};
}

Status read_flag(bool& out, const json::Value& value, const std::string& path) {
  if (!value.is_bool()) return wrong(path, "is not true or false");
  out = value.get_bool();
  return {};
}

Status read_count(std::optional<std::uint64_t>& out, const json::Value& value, const std::string& path) {
  if (!value.is_int64() || value.get_int64() < 0) return wrong(path, "is not a whole number of at least 0");
  out = static_cast<std::uint64_t>(value.get_int64());
  return {};
}

Status read_number(std::optional<double>& out, const json::Value& value, const std::string& path) {
  if (value.is_int64()) {
    out = static_cast<double>(value.get_int64());
  } else if (value.is_double()) {
    out = value.get_double();
  } else {
    return wrong(path, "is not a number");
  }
  return {};
}

Status read_texts(std::vector<std::string>& out, const json::Value& value, const std::string& path) {
  if (!value.is_array()) return wrong(path, "is not a list");
  for (const json::Value& each : value.get_array()) {
    out.emplace_back();
    HF_TRY(read_text(out.back(), each, path));
  }
  return {};
}

Status read_child(SchemaPtr& out, const json::Value& value, const std::string& path) {
  HF_ASSIGN(out, read(value, path));
  return {};
}

struct TypeName {
  SchemaType type;
  std::string_view name;
};
constexpr std::array<TypeName, 6> kTypes{{{SchemaType::object, "object"},
                                          {SchemaType::array, "array"},
                                          {SchemaType::string, "string"},
                                          {SchemaType::integer, "integer"},
                                          {SchemaType::number, "number"},
                                          {SchemaType::boolean, "boolean"}}};

Status read_type(Schema& schema, const json::Value& value, const std::string& path) {
  std::string name;
  HF_TRY(read_text(name, value, path));
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& each) { return each.name == name; });
  if (found == kTypes.end()) return wrong(path, "\"{}\" is no type", name);
  schema.type = found->type;
  return {};
}

Status read_properties(Schema& schema, const json::Value& value, const std::string& path) {
  if (!value.is_object()) return wrong(path, "is not an object");
  for (const auto& member : value.get_object()) {
    const std::string name(member.key());
    HF_ASSIGN(SchemaPtr child, read(member.value(), path + "." + name));
    schema.properties.emplace_back(name, std::move(child));
  }
  return {};
}

Status read_pattern(Schema& schema, const json::Value& value, const std::string& path) {
  HF_TRY(read_text(schema.pattern, value, path));
  try {
    schema.matcher = std::make_shared<const Pattern>(schema.pattern);
  } catch (const std::regex_error& error) {
    return wrong(path, "\"{}\" is no regular expression: {}", schema.pattern, error.what());
  }
  return {};
}

Status read_enumeration(Schema& schema, const json::Value& value, const std::string& path) {
  if (!value.is_array() || value.get_array().empty()) return wrong(path, "is not a list with something in it");
  schema.enumeration.assign(value.get_array().begin(), value.get_array().end());
  return {};
}

Status read_list_type(Schema& schema, const json::Value& value, const std::string& path) {
  std::string name;
  HF_TRY(read_text(name, value, path));
  if (name != "atomic" && name != "set" && name != "map") return wrong(path, "\"{}\" is no list type", name);
  schema.list_type = name == "set" ? ListType::set : name == "map" ? ListType::map : ListType::atomic;
  return {};
}

Status read_map_type(Schema& schema, const json::Value& value, const std::string& path) {
  std::string name;
  HF_TRY(read_text(name, value, path));
  if (name != "atomic" && name != "granular") return wrong(path, "\"{}\" is no map type", name);
  schema.atomic_map = name == "atomic";
  return {};
}

Status read_default(Schema& schema, const json::Value& value, const std::string&) {
  schema.default_value = value;
  return {};
}

// One word of a schema, and how it is read.
struct Keyword {
  std::string_view name;
  Status (*read)(Schema&, const json::Value&, const std::string&);
};
using V = const json::Value&;
using P = const std::string&;
constexpr std::array<Keyword, 23> kKeywords{{
    {"type", read_type},
    {"description", [](Schema& s, V v, P p) { return read_text(s.description, v, p); }},
    {"format", [](Schema& s, V v, P p) { return read_text(s.format, v, p); }},
    {"properties", read_properties},
    {"required", [](Schema& s, V v, P p) { return read_texts(s.required, v, p); }},
    {"additionalProperties", [](Schema& s, V v, P p) { return read_child(s.additional, v, p); }},
    {"items", [](Schema& s, V v, P p) { return read_child(s.items, v, p); }},
    {"default", read_default},
    {"enum", read_enumeration},
    {"pattern", read_pattern},
    {"minimum", [](Schema& s, V v, P p) { return read_number(s.minimum, v, p); }},
    {"maximum", [](Schema& s, V v, P p) { return read_number(s.maximum, v, p); }},
    {"minLength", [](Schema& s, V v, P p) { return read_count(s.min_length, v, p); }},
    {"maxLength", [](Schema& s, V v, P p) { return read_count(s.max_length, v, p); }},
    {"minItems", [](Schema& s, V v, P p) { return read_count(s.min_items, v, p); }},
    {"maxItems", [](Schema& s, V v, P p) { return read_count(s.max_items, v, p); }},
    {"nullable", [](Schema& s, V v, P p) { return read_flag(s.nullable, v, p); }},
    {"x-kubernetes-int-or-string", [](Schema& s, V v, P p) { return read_flag(s.int_or_string, v, p); }},
    {"x-kubernetes-preserve-unknown-fields", [](Schema& s, V v, P p) { return read_flag(s.preserve_unknown, v, p); }},
    {"x-kubernetes-map-type", read_map_type},
    {"x-kubernetes-list-type", read_list_type},
    {"x-kubernetes-list-map-keys", [](Schema& s, V v, P p) { return read_texts(s.list_map_keys, v, p); }},
    {"x-holdfast-secret", [](Schema& s, V v, P p) { return read_flag(s.secret, v, p); }},
}};

// What must hold between the words of one node.
Status check(const Schema& schema, const std::string& path) {
  if (schema.type == SchemaType::any && !schema.int_or_string && !schema.preserve_unknown)
    return wrong(path, "has no type");
  if (schema.type == SchemaType::array && !schema.items) return wrong(path, "is a list of unknown items");
  if (schema.list_type == ListType::map && schema.list_map_keys.empty())
    return wrong(path, "is a keyed list without keys");
  for (const std::string& name : schema.required) {
    if (schema.property(name) == nullptr) return wrong(path, "requires \"{}\", which is no property", name);
  }
  for (const std::string& name : schema.list_map_keys) {
    if (!schema.items || schema.items->property(name) == nullptr)
      return wrong(path, "has no key \"{}\" in its items", name);
  }
  return {};
}

Result<SchemaPtr> read(const json::Value& document, const std::string& path) {
  if (!document.is_object()) return wrong(path, "is not an object");
  auto schema = std::make_shared<Schema>();
  for (const auto& member : document.get_object()) {
    const std::string_view name = member.key();
    const auto word =
        std::find_if(kKeywords.begin(), kKeywords.end(), [&](const Keyword& k) { return k.name == name; });
    if (word == kKeywords.end()) return wrong(path, "\"{}\" is no word of a schema", name);
    const bool is_tree = name == "properties";
    HF_TRY(word->read(*schema, member.value(), is_tree ? path : fmt::format("{}.{}", path, name)));
  }
  HF_TRY(check(*schema, path));
  return SchemaPtr(std::move(schema));
}

template <class T>
void put(json::Object& out, std::string_view name, const T& value, bool present) {
  if (present) out[name] = value;
}

json::Array texts(const std::vector<std::string>& values) {
  json::Array array;
  for (const std::string& each : values)
    array.emplace_back(each);
  return array;
}

// Whole numbers are written without a fraction.
json::Value number(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) == value) return whole;
  return value;
}

void put_bounds(json::Object& out, const Schema& schema) {
  if (schema.minimum) out["minimum"] = number(*schema.minimum);
  if (schema.maximum) out["maximum"] = number(*schema.maximum);
  if (schema.min_length) out["minLength"] = static_cast<std::int64_t>(*schema.min_length);
  if (schema.max_length) out["maxLength"] = static_cast<std::int64_t>(*schema.max_length);
  if (schema.min_items) out["minItems"] = static_cast<std::int64_t>(*schema.min_items);
  if (schema.max_items) out["maxItems"] = static_cast<std::int64_t>(*schema.max_items);
}

void put_children(json::Object& out, const Schema& schema) {
  if (!schema.properties.empty()) {
    json::Object properties;
    for (const auto& [name, child] : schema.properties)
      properties[name] = schema_to_openapi(*child);
    out["properties"] = std::move(properties);
  }
  if (schema.additional) out["additionalProperties"] = schema_to_openapi(*schema.additional);
  if (schema.items) out["items"] = schema_to_openapi(*schema.items);
}

void put_extensions(json::Object& out, const Schema& schema) {
  put(out, "x-kubernetes-int-or-string", true, schema.int_or_string);
  put(out, "x-kubernetes-preserve-unknown-fields", true, schema.preserve_unknown);
  put(out, "x-kubernetes-map-type", "atomic", schema.atomic_map);
  if (schema.list_type == ListType::atomic) return;
  out["x-kubernetes-list-type"] = schema.list_type == ListType::set ? "set" : "map";
  put(out, "x-kubernetes-list-map-keys", texts(schema.list_map_keys), !schema.list_map_keys.empty());
}

}  // namespace

const Schema* Schema::property(std::string_view name) const {
  for (const auto& [own, child] : properties) {
    if (own == name) return child.get();
  }
  return nullptr;
}

bool matches(const Pattern& pattern, std::string_view text) {
  return text.size() <= kMaxPatternInput && pattern.matches(text);
}

Result<std::shared_ptr<const Schema>> parse_schema(const json::Value& document) {
  return read(document, "");
}

std::string_view type_name(SchemaType type) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& each) { return each.type == type; });
  return found == kTypes.end() ? std::string_view() : found->name;
}

json::Value schema_to_openapi(const Schema& schema) {
  json::Object out;
  put(out, "description", schema.description, !schema.description.empty());
  put(out, "type", type_name(schema.type), schema.type != SchemaType::any);
  put(out, "format", schema.format, !schema.format.empty());
  put(out, "required", texts(schema.required), !schema.required.empty());
  if (schema.default_value) out["default"] = *schema.default_value;
  put(out, "enum", json::Array(schema.enumeration.begin(), schema.enumeration.end()), !schema.enumeration.empty());
  put(out, "pattern", schema.pattern, !schema.pattern.empty());
  put_bounds(out, schema);
  put(out, "nullable", true, schema.nullable);
  put_extensions(out, schema);
  put_children(out, schema);
  return out;
}

}  // namespace holdfast::api
