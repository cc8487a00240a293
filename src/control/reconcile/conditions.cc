#include "control/reconcile/conditions.h"

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

json::Object& find_or_make(json::Object& status, std::string_view type) {
  json::Value& value = status["conditions"];
  json::Array& list = value.is_array() ? value.get_array() : value.emplace_array();
  for (json::Value& each : list) {
    if (api::text_at(each, {"type"}) == type) return each.get_object();
  }
  list.emplace_back(json::Object{{"type", type}});
  return list.back().get_object();
}

}  // namespace

void set_condition(json::Object& status, const Condition& condition, Instant now, std::int64_t generation) {
  json::Object& found = find_or_make(status, condition.type);
  const std::string_view known = condition.holds ? "True" : "False";
  const std::string_view holds = condition.unknown ? "Unknown" : known;
  if (const json::Value* old = found.if_contains("status"); old == nullptr || *old != json::Value(holds))
    found["lastTransitionTime"] = format_instant(now);
  found["status"] = holds;
  found["reason"] = condition.reason;
  found["message"] = condition.message;
  if (generation != 0) found["observedGeneration"] = generation;
}

void remove_condition(json::Object& status, std::string_view type) {
  json::Value* list = status.if_contains("conditions");
  if (list == nullptr || !list->is_array()) return;
  json::Array kept;
  for (const json::Value& each : list->get_array()) {
    if (api::text_at(each, {"type"}) != type) kept.push_back(each);
  }
  if (kept.size() != list->get_array().size()) *list = std::move(kept);
}

const json::Object* find_condition(const json::Value& object, std::string_view type) {
  const json::Array* list = api::array_at(object, {"status", "conditions"});
  if (list == nullptr) return nullptr;
  for (const json::Value& each : *list) {
    if (api::text_at(each, {"type"}) == type) return each.if_object();
  }
  return nullptr;
}

bool condition_holds(const json::Value& object, std::string_view type) {
  const json::Object* found = find_condition(object, type);
  return found != nullptr && found->contains("status") && found->at("status") == json::Value("True");
}

}  // namespace holdfast::control
