// What a watcher that sees only some objects is told about a change.
#pragma once

#include <optional>
#include <string_view>

#include "api/select/field_selector.h"
#include "api/select/label_selector.h"
#include "model/json.h"

namespace holdfast::api {

struct Selectors {
  LabelSelector labels;
  FieldSelector fields;
  bool matches(const json::Value& object) const { return labels.matches(object) && fields.matches(object); }
};

enum class WatchEvent { added, modified, deleted };
std::string_view watch_event_name(WatchEvent event);  // "ADDED", "MODIFIED", "DELETED"

// `old` and `now` are the object before and after the change; null: it did not exist, or no longer does. An object that
// comes to match is ADDED, one that ceases to is DELETED (the event carries `now`, or of a removed object its last
// state). Nothing: the watcher sees neither.
std::optional<WatchEvent> watch_transition(const json::Value* old, const json::Value* now, const Selectors& selectors);

}  // namespace holdfast::api
