// JSON Patch (RFC 6902): a list of add, remove, replace, move, copy and test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/status.h"
#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::api {

// A few bytes of patch can copy a document into itself again and again, or shift a long list back and forth: what it
// may cost is bounded before it is spent.
struct JsonPatchLimits {
  std::size_t operations = 10'000;
  std::size_t copied_bytes = 3 * kMiB;  // all `copy` together, as JSON text
  std::uint64_t steps = 20'000'000;     // values looked at, elements shifted
};

// The document after all operations, or the first reason why not; nothing is applied in part.
// 400: `patch` is no list of operations. 422 with a cause at "patch" that names the operation: a test failed, a place
// does not exist, a limit is passed. No message shows a value of the document, which may be secret.
ApiResult<json::Value> apply_json_patch(json::Value document, const json::Value& patch,
                                        const JsonPatchLimits& limits = {});

}  // namespace holdfast::api
