#include "api/patch/object_fields.h"

#include <utility>

#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

Place place_below(const Place& place, std::string_view element) {
  return element.starts_with("f:") ? place.member(element.substr(2)) : place.item();
}

bool is_named(const Place& place, std::string_view element) {
  return element.starts_with("f:") && place.declares(element.substr(2));
}

bool is_nobodys(const Place& place) {
  return place.is_object_root() || place.is_metadata();
}

// `old` and `now` are divided in the same way, part by part.
Changes part_changes(const Parts& old, const Parts& now) {
  const PartIndex before_by_element(old);
  const PartIndex now_by_element(now);
  Changes changes;
  for (const Part& part : now.parts) {
    const Part* before = before_by_element.find(part.element);
    if (before == nullptr) {
      changes.written.append(part.element, fields_with_containers(part.place, *part.value));
      continue;
    }
    Changes below = changes_between(part.place, *before->value, *part.value);
    changes.written.append(part.element, std::move(below.written));
    changes.removed.append(part.element, std::move(below.removed));
  }
  for (const Part& part : old.parts) {
    if (now_by_element.find(part.element) == nullptr)
      changes.removed.append(part.element, fields_with_containers(part.place, *part.value));
  }
  changes.written.sort();
  changes.removed.sort();
  return changes;
}

}  // namespace

FieldSet fields_of(const Place& place, const json::Value& value) {
  const Parts parts = divide(place, value);
  FieldSet fields;
  for (const Part& part : parts.parts) {
    FieldSet below = fields_of(part.place, *part.value);
    if (part.owned_itself) below.set_member(true);
    fields.append(part.element, std::move(below));
  }
  fields.sort();
  const bool empty_object = parts.division == Division::members && parts.parts.empty() && !is_nobodys(place);
  if (parts.division == Division::leaf || empty_object) fields.set_member(true);
  return fields;
}

FieldSet fields_with_containers(const Place& place, const json::Value& value) {
  const Parts parts = divide(place, value);
  FieldSet fields;
  for (const Part& part : parts.parts) {
    fields.append(part.element, fields_with_containers(part.place, *part.value));
  }
  fields.sort();
  fields.set_member(!is_nobodys(place));
  return fields;
}

FieldSet with_named_containers(const Place& place, const FieldSet& set) {
  FieldSet closed;
  for (const FieldChild& child : set.children()) {
    FieldSet below = with_named_containers(place_below(place, child.element), child.below);
    if (is_named(place, child.element)) below.set_member(true);
    closed.append(child.element, std::move(below));
  }
  closed.set_member(set.member());
  return closed;
}

Changes changes_between(const Place& place, const json::Value& old, const json::Value& now) {
  const Parts before = divide(place, old);
  const Parts after = divide(place, now);
  if (before.division == after.division && before.division != Division::leaf) {
    return part_changes(before, after);
  }
  Changes changes;
  if (json::equal(old, now)) return changes;
  // A leaf that changed, or something that became a leaf or ceased to be one.
  if (before.division != Division::leaf) changes.removed = fields_with_containers(place, old);
  changes.written = fields_with_containers(place, now);
  changes.written.set_member(true);
  changes.removed.set_member(false);
  return changes;
}

FieldSet differing(const Place& place, const json::Value& live, const json::Value& config, const FieldSet& asked) {
  const Parts wanted = divide(place, config);
  const Parts there = divide(place, live);
  FieldSet different;
  const bool alike = wanted.division == there.division;
  if (asked.member() && (!alike || (wanted.division == Division::leaf && !json::equal(live, config)))) {
    different.set_member(true);
  }
  const PartIndex own_by_element(there);
  for (const Part& part : wanted.parts) {
    const FieldSet* below = asked.child(part.element);
    const Part* own = alike ? own_by_element.find(part.element) : nullptr;
    if (below == nullptr) continue;
    different.append(part.element, own == nullptr ? *below : differing(part.place, *own->value, *part.value, *below));
  }
  different.sort();
  return different;
}

}  // namespace holdfast::api
