// What the API does with the bytes of one object before they are stored: decoding, checking against the schema, defaults.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

// A decoded object and what was odd about it. Paths as people read them: "spec.keep".
struct Decoded {
  json::Value object;
  std::vector<std::string> unknown_fields;
  std::vector<std::string> duplicate_fields;
};

// Removes what the schema does not know (names it in `unknown`), and null members of fields that are not nullable.
// Metadata is pruned by the schema of ObjectMeta.
void prune(const Kind& kind, json::Value& object, std::vector<std::string>& unknown);
// Fills in defaults, also inside objects that are there.
void apply_defaults(const Kind& kind, json::Value& object);
// Types, required, enum, pattern, format, bounds, metadata (names, labels, annotations, finalizers, owner references).
// Empty: valid. At most 100 causes.
std::vector<Cause> validate(const Kind& kind, const json::Value& object);

}  // namespace holdfast::api
