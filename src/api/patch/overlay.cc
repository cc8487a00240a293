#include "api/patch/overlay.h"

#include <optional>
#include <utility>

namespace holdfast::api {
namespace {

json::Value overlay_members(const json::Object& live, const Parts& there, const Parts& wanted) {
  const PartIndex tracked(there);
  const PartIndex changes(wanted);
  json::Object merged;
  merged.reserve(live.size());
  for (const auto& member : live) {
    const std::string element = field_element(member.key());
    const Part* change = tracked.find(element) != nullptr ? changes.find(element) : nullptr;
    merged.emplace(member.key(),
                   change == nullptr ? member.value() : overlay(change->place, member.value(), *change->value));
  }
  for (const Part& part : wanted.parts) {
    const std::string_view name = std::string_view(part.element).substr(2);
    if (!merged.contains(name)) merged.emplace(name, *part.value);
  }
  return merged;
}

json::Value overlay_items(const Parts& there, const Parts& wanted) {
  const PartIndex present(there);
  const PartIndex changes(wanted);
  json::Array merged;
  for (const Part& part : there.parts) {
    const Part* change = changes.find(part.element);
    merged.push_back(change == nullptr ? *part.value : overlay(part.place, *part.value, *change->value));
  }
  for (const Part& part : wanted.parts) {
    if (present.find(part.element) == nullptr) merged.push_back(*part.value);
  }
  return merged;
}

const FieldSet& nothing() {
  static const FieldSet empty;
  return empty;
}

// The fields that make the key of an item: they stay as long as it does, or nobody would find it again.
FieldSet key_fields(const Place& list) {
  FieldSet fields;
  for (const std::string& name : list.schema()->list_map_keys) {
    fields.insert({field_element(name)});
  }
  return fields;
}

// What becomes of one part; nothing when it goes. `always`: fields in it that stay with it.
std::optional<json::Value> part_left(const Part& part, const FieldSet* given_up, const FieldSet* kept,
                                     const FieldSet& always) {
  if (given_up == nullptr) return *part.value;
  if (kept == nullptr && given_up->member()) return std::nullopt;
  return without_fields(part.place, *part.value, *given_up, unite(kept == nullptr ? nothing() : *kept, always));
}

}  // namespace

json::Value overlay(const Place& place, const json::Value& live, const json::Value& config) {
  const Parts there = divide(place, live);
  const Parts wanted = divide(place, config);
  if (there.division != wanted.division || wanted.division == Division::leaf) return config;
  if (wanted.division == Division::members) return overlay_members(live.get_object(), there, wanted);
  return overlay_items(there, wanted);
}

json::Value without_fields(const Place& place, const json::Value& value, const FieldSet& given_up,
                           const FieldSet& kept) {
  const Parts parts = divide(place, value);
  if (parts.division == Division::leaf || given_up.children().empty()) return value;
  const FieldSet always = parts.division == Division::keyed_list ? key_fields(place) : FieldSet();
  const auto left = [&](const Part& part) {
    return part_left(part, given_up.child(part.element), kept.child(part.element), always);
  };
  if (parts.division != Division::members) {
    json::Array items;
    for (const Part& part : parts.parts) {
      if (auto item = left(part)) items.push_back(*std::move(item));
    }
    return items;
  }
  const PartIndex by_element(parts);
  json::Object object;
  for (const auto& member : value.get_object()) {
    const Part* part = by_element.find(field_element(member.key()));
    auto rest = part == nullptr ? std::optional<json::Value>(member.value()) : left(*part);
    if (rest) object.emplace(member.key(), *std::move(rest));
  }
  return object;
}

}  // namespace holdfast::api
