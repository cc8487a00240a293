// Server-side apply: a client says what it wants of the fields it cares for; who owns what decides what may change.
#pragma once

#include <string>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

struct ApplyRequest {
  std::string manager;      // required
  bool force = false;       // take fields that others own with another value
  std::string subresource;  // "status" or empty
  std::string now;          // RFC 3339
};

// The object after applying `config` to `live` (null: it does not exist yet), with its managedFields:
//  * fields of `config` replace those of `live` and belong to this manager;
//  * a field that another manager owns with another value is a conflict (409), or with `force` taken from it;
//  * fields this manager applied before and gives up now go, unless others own them or something in them.
// The result equals `live` exactly when nothing changed; the entry then keeps its time. An object that nobody owns
// anything of is taken to have been written by "before-first-apply" (Update).
// For the manager "kubectl" see last_applied.h.
//
// The caller has checked that kind, name and namespace are those of the request, and defaults, prunes and validates
// after. 422: no manager, or see apply_config.h. 400: see there. 409: conflicts; or metadata.resourceVersion of
// `config` is not that of `live`.
ApiResult<json::Value> server_side_apply(const Kind& kind, const json::Value* live, const json::Value& config,
                                         const ApplyRequest& request);

}  // namespace holdfast::api
