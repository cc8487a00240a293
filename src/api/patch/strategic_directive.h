// Private to api/: the directives of a strategic merge patch, and whether a patch uses them well.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/schema.h"
#include "model/json.h"

namespace holdfast::api {

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kOrder = "$setElementOrder/";
constexpr std::string_view kDeleteFrom = "$deleteFromPrimitiveList/";

// Is this member no part of the object?
bool is_directive(std::string_view name);
// Is this item of a list nothing but {"$patch": …}, which speaks of the whole list?
bool is_list_directive(const json::Value& item);

// One text per key of an item of a keyed list. Empty for an item that is no object or lacks a part of its key.
std::string strategic_key(const json::Value& item, const Schema& list);
// Of a member; null when nothing is known of it.
const Schema* member_schema(const Schema* schema, std::string_view name);

// What is wrong with a patch. Merging takes only a patch without a complaint.
std::optional<std::string> strategic_complaint(const json::Value& patch, const Schema* schema);

}  // namespace holdfast::api
