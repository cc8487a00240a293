// Reads what the decisions look at.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/reconcile/cluster_view.h"
#include "control/reconcile/seed.h"
#include "registry/registry.h"

namespace holdfast::control {

// Operations are read before Backups: a backup that an operation reports is in the view.
Result<ClusterView> load_cluster(registry::Registry& registry, std::string_view cluster);
// Nothing when there is no such Seed. Its backups are counted when it is time.
Result<std::optional<SeedView>> load_seed(registry::Registry& registry, const registry::ObjectId& id, Instant now);

// All objects of a kind, one after the other; with a namespace, those in it.
Status for_each(registry::Registry& registry, TypeName type, std::string_view name_space,
                const std::function<void(json::Value&&)>& visit);
// The same in a list, for kinds and namespaces with few of them.
Result<std::vector<json::Value>> list_all(registry::Registry& registry, TypeName type, std::string_view name_space);
// Null when there is none.
Result<json::Value> get_or_null(registry::Registry& registry, TypeName type, const registry::ObjectId& id);
const api::Kind& kind_of(const registry::Registry& registry, TypeName type);

// What the API said, as an error of the program. Conflicts and a store that is away are retryable.
Error error_of(const api::ApiError& error);

}  // namespace holdfast::control
