// A pinned Backup is not deleted by hand: whoever pinned it said that it is to stay.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"
#include "registry/registry.h"

namespace holdfast::server {

// For DeleteOptions::objection: 403 with the pin's reason and how to unpin it. Empty for kinds other than Backup.
std::function<std::optional<api::ApiError>(const json::Value& object)> pin_objection(const api::Kind& kind);

// Of a Namespace that somebody wants to delete: 403 while a Backup in it is pinned. The objects in the destinations
// would stay, but the inventory would find them again without their pins.
api::ApiResult<void> check_no_pins(registry::Registry& registry, const std::string& name_space);

}  // namespace holdfast::server
