// The documents in which a server says which kinds it has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kind.h"
#include "model/json.h"

namespace holdfast::api {

// GET /api: APIVersions. `address` is where clients reach the server ("10.0.0.1:8443").
json::Value api_versions(const Kinds& kinds, std::string_view address);
// GET /apis: APIGroupList.
json::Value api_groups(const Kinds& kinds);
// GET /apis/GROUP: APIGroup; nothing when there is no such group.
std::optional<json::Value> api_group(const Kinds& kinds, std::string_view group);
// GET /api/v1, GET /apis/GROUP/VERSION: APIResourceList; nothing when there is no such version.
std::optional<json::Value> api_resources(const Kinds& kinds, const GroupVersion& group_version);
// GET /api (`core`) and GET /apis as APIGroupDiscoveryList of this version ("v2", "v2beta1"; accept.h).
json::Value aggregated_discovery(const Kinds& kinds, bool core, std::string_view version);

// A strong ETag for these bytes, with its quotes.
std::string etag_of(std::string_view bytes);

}  // namespace holdfast::api
