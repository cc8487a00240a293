// Conditions: what is true of a resource just now, in the shape `kubectl wait` reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "control/instant.h"
#include "model/json.h"

namespace holdfast::control {

struct Condition {
  std::string type;  // "SchedulingActive"
  bool holds = false;
  bool unknown = false;  // nobody can say; then `holds` says nothing
  std::string reason;    // one word for programs
  std::string message;   // for people; may be empty
};

// Puts it into the member `conditions` of a status. The time of its transition changes only when it turns.
void set_condition(json::Object& status, const Condition& condition, Instant now, std::int64_t generation);

void remove_condition(json::Object& status, std::string_view type);

// Null when there is none of that type.
const json::Object* find_condition(const json::Value& object, std::string_view type);
bool condition_holds(const json::Value& object, std::string_view type);

}  // namespace holdfast::control
