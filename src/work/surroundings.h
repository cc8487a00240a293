// The objects an operation speaks of.
#pragma once

#include <string>
#include <string_view>

#include "work/world.h"

#include "control/reconcile/cluster_view.h"
#include "model/json.h"

namespace holdfast::work {

// The Seed with this name; the one of the cluster when no name is given. Code::not_found when there is none.
Result<json::Value> find_seed(World& world, std::string_view name, const json::Value& cluster);
// The settings of a destination of the Seed. Code::not_found.
Result<json::Value> find_destination(const json::Value& seed, std::string_view name);

// Is the destination gone, or does it lead to another place (api/destination_place.h) than `as_read`, the settings it
// had before? Read anew.
Result<bool> has_moved(World& world, std::string_view seed, std::string_view destination, const json::Value& as_read);
// What to say then; another attempt works with the new place.
Error moved_error(std::string_view destination);

}  // namespace holdfast::work
