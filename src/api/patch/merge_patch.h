// JSON Merge Patch (RFC 7386): members of the patch replace or, when null, remove those of the object; lists are
// replaced.
#pragma once

#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

// MergePatch of RFC 7386, section 2. Never larger or deeper than both together. Members keep their order, new ones
// follow.
json::Value merge_values(json::Value target, const json::Value& patch);

// 400: a patch that is no object (it would replace the whole resource).
ApiResult<json::Value> apply_merge_patch(json::Value object, const json::Value& patch);

}  // namespace holdfast::api
