// What a client applies: checked against the schema, strictly, before it touches anything.
#pragma once

#include <string>
#include <string_view>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

// The configuration without null members (absent, where the schema allows no null) and without what this resource does
// not write: status of the main resource of a kind with a status subresource; of "status", all but status. 400: no
// object, or metadata.managedFields is given. 422: "failed to create typed patch object (…)" with a cause at each path
// that the schema does not declare or that has another JSON type, at most 100.
ApiResult<json::Value> read_apply_config(const Kind& kind, const json::Value& config, std::string_view subresource);

}  // namespace holdfast::api
