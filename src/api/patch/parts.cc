#include "api/patch/parts.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace holdfast::api {
namespace {

constexpr std::array<std::string_view, 9> kServerMetadata{
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
};

Parts members(const Place& place, const json::Object& object) {
  Parts parts{.division = Division::members};
  parts.parts.reserve(object.size());
  for (const auto& member : object) {
    const std::string_view name = member.key();
    if (place.is_untracked(name)) continue;
    parts.parts.push_back({field_element(name), &member.value(), place.member(name), !place.declares(name)});
  }
  return parts;
}

// Items by the element `element_of` makes; a leaf when one has none or two the same.
template <class ElementOf>
Parts items(const Place& place, Division division, const json::Array& array, const ElementOf& element_of) {
  Parts parts{.division = division};
  parts.parts.reserve(array.size());
  std::unordered_set<std::string_view> seen;
  for (const json::Value& item : array) {
    std::string element = element_of(item);
    if (element.empty()) return {};
    parts.parts.push_back({std::move(element), &item, place.item(), true});
  }
  for (const Part& part : parts.parts) {
    if (!seen.insert(part.element).second) return {};
  }
  return parts;
}

Parts divide_list(const Place& place, const json::Array& array) {
  const Schema* schema = place.schema();
  if (schema == nullptr || schema->type != SchemaType::array) return {};
  if (schema->list_type == ListType::set) {
    return items(place, Division::set, array,
                 [](const json::Value& item) { return is_identity(item) ? value_element(item) : std::string(); });
  }
  if (schema->list_type == ListType::map) {
    return items(place, Division::keyed_list, array, [&](const json::Value& item) {
      const json::Object key = item_key(*schema, item);
      return key.empty() ? std::string() : key_element(key);
    });
  }
  return {};
}

}  // namespace

bool Place::is_open() const {
  return schema_ == nullptr || schema_->preserve_unknown || schema_->type == SchemaType::any;
}

Place Place::member(std::string_view name) const {
  const bool metadata = is_object_root() && name == "metadata";
  const Schema* property = schema_ == nullptr ? nullptr : schema_->property(name);
  if (property == nullptr && schema_ != nullptr) property = schema_->additional.get();
  return {property, level_ + 1, metadata};
}

Place Place::item() const {
  return {schema_ == nullptr ? nullptr : schema_->items.get(), level_ + 1, false};
}

bool Place::is_untracked(std::string_view name) const {
  if (is_object_root()) return name == "apiVersion" || name == "kind";
  if (!is_metadata()) return false;
  return name == "managedFields" ||
         std::find(kServerMetadata.begin(), kServerMetadata.end(), name) != kServerMetadata.end();
}

PartIndex::PartIndex(const Parts& parts) {
  sorted_.reserve(parts.parts.size());
  for (const Part& part : parts.parts) {
    sorted_.push_back(&part);
  }
  std::sort(sorted_.begin(), sorted_.end(), [](const Part* a, const Part* b) { return a->element < b->element; });
}

const Part* PartIndex::find(std::string_view element) const {
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), element,
                                      [](const Part* part, std::string_view wanted) { return part->element < wanted; });
  return found != sorted_.end() && (*found)->element == element ? *found : nullptr;
}

Parts divide(const Place& place, const json::Value& value) {
  if (place.is_deepest()) return {};
  const Schema* schema = place.schema();
  if (const auto* array = value.if_array()) return divide_list(place, *array);
  const auto* object = value.if_object();
  if (object == nullptr) return {};
  const bool whole = schema != nullptr && (schema->atomic_map || schema->int_or_string);
  const bool may_be_object = place.is_open() || schema->type == SchemaType::object;
  return whole || !may_be_object ? Parts() : members(place, *object);
}

json::Object item_key(const Schema& list, const json::Value& item) {
  json::Object key;
  const auto* object = item.if_object();
  if (object == nullptr) return {};
  for (const std::string& name : list.list_map_keys) {
    const json::Value* part = object->if_contains(name);
    const Schema* known = list.items == nullptr ? nullptr : list.items->property(name);
    if (part == nullptr && known != nullptr && known->default_value) part = &*known->default_value;
    if (part == nullptr || part->is_null() || !is_identity(*part)) return {};
    key.emplace(name, *part);
  }
  return key;
}

}  // namespace holdfast::api
