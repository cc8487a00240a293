#include "api/patch/strategic_merge.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "api/patch/strategic_directive.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

std::string_view directive_of(const json::Object& patch) {
  const json::Value* value = patch.if_contains(kDirective);
  return value == nullptr ? std::string_view("merge") : std::string_view(value->get_string());
}

json::Value merge_object(json::Value target, const json::Object& patch, const Schema* schema);

json::Value merge_set(json::Value target, const json::Array& patch) {
  json::Array merged = target.is_array() ? std::move(target.get_array()) : json::Array();
  std::unordered_set<std::string> seen;
  for (const json::Value& element : merged) {
    seen.insert(json::to_canonical_string(element));
  }
  for (const json::Value& element : patch) {
    if (seen.insert(json::to_canonical_string(element)).second) merged.push_back(element);
  }
  return merged;
}

json::Array without(json::Value target, const json::Array& removed) {
  std::unordered_set<std::string> gone;
  for (const json::Value& element : removed) {
    gone.insert(json::to_canonical_string(element));
  }
  json::Array left;
  if (!target.is_array()) return left;
  for (json::Value& element : target.get_array()) {
    if (!gone.contains(json::to_canonical_string(element))) left.push_back(std::move(element));
  }
  return left;
}

bool replaces_list(const json::Array& patch) {
  return std::any_of(patch.begin(), patch.end(), [](const json::Value& item) {
    return is_list_directive(item) && directive_of(item.get_object()) == "replace";
  });
}

// A keyed list while it is merged.
class KeyedList {
 public:
  KeyedList(json::Value list, const Schema& schema) : schema_(schema) {
    if (!list.is_array()) return;
    for (json::Value& item : list.get_array()) {
      append(std::move(item));
    }
  }

  void merge(const json::Value& item) {
    const json::Object& patch = item.get_object();
    const auto found = places_.find(strategic_key(item, schema_));
    if (directive_of(patch) == "delete") {
      if (found != places_.end()) items_[found->second] = nullptr;
    } else if (found == places_.end()) {
      append(merge_object(nullptr, patch, schema_.items.get()));
    } else {
      json::Value& own = items_[found->second];
      own = merge_object(std::move(own), patch, schema_.items.get());
    }
  }

  json::Array take() {
    json::Array left;
    for (json::Value& item : items_) {
      if (!item.is_null()) left.push_back(std::move(item));
    }
    return left;
  }

 private:
  void append(json::Value item) {
    places_.emplace(strategic_key(item, schema_), items_.size());
    items_.push_back(std::move(item));
  }

  const Schema& schema_;
  json::Array items_;  // null: deleted
  std::unordered_map<std::string, std::size_t> places_;
};

json::Value merge_list(json::Value target, const json::Array& patch, const Schema* schema) {
  const ListType type = schema == nullptr ? ListType::atomic : schema->list_type;
  if (type == ListType::set) return merge_set(std::move(target), patch);
  if (type == ListType::atomic) return patch;
  const bool replaces = replaces_list(patch);
  KeyedList list(replaces ? json::Value() : std::move(target), *schema);
  for (const json::Value& item : patch) {
    if (!is_list_directive(item)) list.merge(item);
  }
  return list.take();
}

json::Value merge_member(json::Value target, const json::Value& patch, const Schema* schema) {
  if (const auto* object = patch.if_object()) return merge_object(std::move(target), *object, schema);
  if (const auto* list = patch.if_array()) return merge_list(std::move(target), *list, schema);
  return patch;
}

// Takes the values of $deleteFromPrimitiveList/… out of the lists of `target`.
void delete_from_lists(json::Object& target, const json::Object& patch) {
  for (const auto& member : patch) {
    const std::string_view name = member.key();
    if (!name.starts_with(kDeleteFrom)) continue;
    json::Value* list = target.if_contains(name.substr(kDeleteFrom.size()));
    if (list != nullptr) *list = without(std::move(*list), member.value().get_array());
  }
}

json::Object retain(json::Object object, const json::Object& patch) {
  const json::Value* names = patch.if_contains(kRetainKeys);
  if (names == nullptr) return object;
  json::Object kept;
  for (const json::Value& name : names->get_array()) {
    json::Value* member = object.if_contains(name.get_string());
    if (member != nullptr) kept.emplace(name.get_string(), std::move(*member));
  }
  return kept;
}

json::Value merge_object(json::Value target, const json::Object& patch, const Schema* schema) {
  const std::string_view directive = directive_of(patch);
  if (directive == "delete") return json::Object();
  json::Object old = directive == "merge" && target.is_object() ? std::move(target.get_object()) : json::Object();
  delete_from_lists(old, patch);
  json::Object merged;
  for (auto& member : old) {
    const json::Value* change = is_directive(member.key()) ? nullptr : patch.if_contains(member.key());
    if (change == nullptr) {
      merged.emplace(member.key(), std::move(member.value()));
    } else if (!change->is_null()) {
      merged.emplace(member.key(),
                     merge_member(std::move(member.value()), *change, member_schema(schema, member.key())));
    }
  }
  for (const auto& member : patch) {
    if (is_directive(member.key()) || member.value().is_null() || old.contains(member.key())) continue;
    merged.emplace(member.key(), merge_member(nullptr, member.value(), member_schema(schema, member.key())));
  }
  return retain(std::move(merged), patch);
}

}  // namespace

ApiResult<json::Value> apply_strategic_merge(const Schema& schema, json::Value object, const json::Value& patch) {
  const auto* members = patch.if_object();
  if (members == nullptr) return tl::unexpected(bad_request("a strategic merge patch is an object"));
  if (const auto complaint = strategic_complaint(patch, &schema)) {
    return tl::unexpected(bad_request("strategic merge patch: " + *complaint));
  }
  return merge_object(std::move(object), *members, &schema);
}

}  // namespace holdfast::api
