// What the server itself adds to an object that is made or changed, and what it refuses; pure.
#pragma once

#include <string>
#include <string_view>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"
#include "registry/keys.h"

namespace holdfast::registry {

// Who writes, when, and which part.
struct WriteInfo {
  std::string manager;      // for managedFields
  std::string subresource;  // "status" or empty
  std::string now;          // RFC 3339
  bool applied = false;     // managedFields are those of server-side apply already
  json::Value status = {};  // of a new object of a kind with a status subresource; null: none yet
};

// A new object as it will be stored: metadata of the server, no status where that is a subresource, defaults, checked.
// `object` is pruned and has its name. 400: it names another namespace. 422: not valid.
api::ApiResult<json::Value> admit_create(const api::Kind& kind, json::Value object, std::string_view name_space,
                                         std::string_view uid, const WriteInfo& info);

// `before` after this write; equal to `before` when nothing changes. Of a write to the main resource the status stays,
// of one to "status" everything else. 400: another name or namespace. 409: metadata.uid or metadata.resourceVersion of
// `object` is given and is not that of `before`. 422: not valid.
api::ApiResult<json::Value> admit_update(const api::Kind& kind, const json::Value& before, json::Value object,
                                         const WriteInfo& info);

// Marks an object that cannot go at once as being deleted; the same object when it is already.
json::Value begin_deletion(const api::Kind& kind, json::Value object, std::string_view now);

// A Namespace goes when what is in it has gone, whatever its metadata.finalizers say.
bool is_namespace(const api::Kind& kind);
bool is_being_deleted(const json::Value& object);
bool has_finalizers(const json::Value& object);
ObjectId id_of(const json::Value& object);

}  // namespace holdfast::registry
