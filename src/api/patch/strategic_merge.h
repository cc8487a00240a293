// Strategic merge patch, for the kinds of Kubernetes itself: a merge patch that knows which lists are sets (finalizers)
// and which are keyed (ownerReferences by uid), and carries directives.
//   "$patch": "replace" | "delete" | "merge"   in an object or in an item of a keyed list
//   "$retainKeys": [names]                     the object keeps these members only
//   "$deleteFromPrimitiveList/<list>": [...]   values leave a set
//   "$setElementOrder/<list>": [...]           read over: our lists keep their order
#pragma once

#include "api/schema.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

// Which lists merge is read from `schema`, that of the whole object. Never larger or deeper than object and patch
// together. 400: no object, a directive that is not understood, an item without its key.
ApiResult<json::Value> apply_strategic_merge(const Schema& schema, json::Value object, const json::Value& patch);

}  // namespace holdfast::api
