#include <cmath>
#include <limits>

#include "api/object.h"
#include "api/schema_walk.h"

namespace holdfast::api {
namespace {

// 2^63: the first double past what fits.
constexpr double kPastInt64 = 9223372036854775808.0;

void to_integer(json::Value& value) {
  const double* number = value.if_double();
  if (number == nullptr || std::trunc(*number) != *number) return;
  if (*number >= -kPastInt64 && *number < kPastInt64) value = static_cast<std::int64_t>(*number);
}

void name_unknown(const Path& path, std::vector<std::string>& unknown) {
  if (unknown.size() < kMostNamed) unknown.push_back(path.to_string());
}

const Schema* schema_of_member(const Schema& schema, std::string_view name) {
  const Schema* found = schema.property(name);
  return found != nullptr ? found : schema.additional.get();
}

void prune_object(const Schema& schema, json::Object& object, const Path& path, std::vector<std::string>& unknown) {
  json::Object kept(object.storage());
  kept.reserve(object.size());
  for (auto& member : object) {
    const std::string_view name = member.key();
    const Schema* child = schema_of_member(schema, name);
    const Path here(path, name);
    if (child == nullptr) {
      if (schema.preserve_unknown) {
        kept.emplace(name, std::move(member.value()));
      } else {
        name_unknown(here, unknown);
      }
      continue;
    }
    if (member.value().is_null() && !child->nullable) continue;
    prune_value(*child, member.value(), here, unknown);
    kept.emplace(name, std::move(member.value()));
  }
  object = std::move(kept);
}

}  // namespace

void prune_value(const Schema& schema, json::Value& value, const Path& path, std::vector<std::string>& unknown) {
  if (schema.type == SchemaType::integer) {
    to_integer(value);
  } else if (schema.type == SchemaType::object && value.is_object()) {
    prune_object(schema, value.get_object(), path, unknown);
  } else if (schema.type == SchemaType::array && value.is_array()) {
    std::size_t index = 0;
    for (json::Value& item : value.get_array())
      prune_value(*schema.items, item, Path(path, index++), unknown);
  }
}

void default_value(const Schema& schema, json::Value& value) {
  if (schema.type == SchemaType::array && value.is_array()) {
    for (json::Value& item : value.get_array())
      default_value(*schema.items, item);
    return;
  }
  if (schema.type != SchemaType::object || !value.is_object()) return;
  json::Object& object = value.get_object();
  for (const auto& [name, child] : schema.properties) {
    if (child->default_value && !object.contains(name)) object[name] = *child->default_value;
  }
  for (auto& member : object) {
    if (const Schema* child = schema_of_member(schema, member.key())) default_value(*child, member.value());
  }
}

void prune(const Kind& kind, json::Value& object, std::vector<std::string>& unknown) {
  prune_value(*kind.schema, object, Path(), unknown);
}

void apply_defaults(const Kind& kind, json::Value& object) {
  default_value(*kind.schema, object);
}

}  // namespace holdfast::api
