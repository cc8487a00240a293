// Ownership after a create, update, merge patch, JSON patch or strategic patch.
#pragma once

#include <string>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

struct Writer {
  std::string manager;
  std::string subresource;  // "status" or empty
  std::string now;          // RFC 3339, "2026-11-21T10:37:00Z"
};

// `updated` with the right metadata.managedFields: what differs from `old` (null: a create) belongs to (manager,
// Update) and to nobody else; what went away belongs to nobody.
//
// A list that the client wrote itself, except to a subresource, takes the place of the stored one first; without one,
// or with an empty one, the stored one stays; exactly [{}] drops it. An object that exists and has no list is not
// tracked until the next apply. 422: the client's list cannot be read.
ApiResult<json::Value> track_write(const Kind& kind, const json::Value* old, json::Value updated, const Writer& writer);

}  // namespace holdfast::api
