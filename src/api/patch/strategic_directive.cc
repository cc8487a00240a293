#include "api/patch/strategic_directive.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "api/patch/unprocessable.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

std::optional<std::string> directive_complaint(std::string_view name, const json::Value& value) {
  if (name == kDirective) {
    const bool known = value.is_string() && (value.get_string() == "merge" || value.get_string() == "replace" ||
                                             value.get_string() == "delete");
    if (known) return std::nullopt;
    return "\"$patch\" is none of merge, replace, delete";
  }
  const auto* list = value.if_array();
  if (list == nullptr) return fmt::format("{} is not a list", quoted(name));
  const bool names = std::all_of(list->begin(), list->end(), [](const json::Value& each) { return each.is_string(); });
  if (name == kRetainKeys && !names) return "\"$retainKeys\" holds more than names";
  return std::nullopt;
}

std::optional<std::string> object_complaint(const json::Object& patch, const Schema* schema) {
  for (const auto& member : patch) {
    const auto complaint = is_directive(member.key())
                               ? directive_complaint(member.key(), member.value())
                               : strategic_complaint(member.value(), member_schema(schema, member.key()));
    if (complaint) return complaint;
  }
  return std::nullopt;
}

std::optional<std::string> keyed_list_complaint(const json::Array& patch, const Schema& schema) {
  for (const json::Value& item : patch) {
    const auto* object = item.if_object();
    if (object == nullptr || (!is_list_directive(item) && strategic_key(item, schema).empty())) {
      return fmt::format("an item of a list lacks its key, {}", fmt::join(schema.list_map_keys, ", "));
    }
    if (const auto complaint = object_complaint(*object, schema.items.get())) return complaint;
  }
  return std::nullopt;
}

}  // namespace

bool is_directive(std::string_view name) {
  return name == kDirective || name == kRetainKeys || name.starts_with(kOrder) || name.starts_with(kDeleteFrom);
}

bool is_list_directive(const json::Value& item) {
  return item.is_object() && item.get_object().size() == 1 && item.get_object().contains(kDirective);
}

std::string strategic_key(const json::Value& item, const Schema& list) {
  std::string key;
  for (const std::string& name : list.list_map_keys) {
    const json::Value* part = item.is_object() ? item.get_object().if_contains(name) : nullptr;
    if (part == nullptr || part->is_null()) return "";
    key += json::to_canonical_string(*part) + '\n';
  }
  return key;
}

const Schema* member_schema(const Schema* schema, std::string_view name) {
  if (schema == nullptr) return nullptr;
  const Schema* property = schema->property(name);
  return property != nullptr ? property : schema->additional.get();
}

std::optional<std::string> strategic_complaint(const json::Value& patch, const Schema* schema) {
  if (const auto* object = patch.if_object()) return object_complaint(*object, schema);
  const bool keyed = schema != nullptr && schema->list_type == ListType::map;
  if (keyed && patch.is_array()) return keyed_list_complaint(patch.get_array(), *schema);
  return std::nullopt;
}

}  // namespace holdfast::api
