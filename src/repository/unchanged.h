// Is a snapshot the same as the newest backup beside it? Private to repository/.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "repository/manifest.h"

namespace holdfast::repository {

// The newest readable manifest in the object's folder that came from this etcd cluster, judged by the store's times; a
// few of the newest are looked at. Nothing when there is none, or when this store does not let us look: knowing is a
// bonus, and a writer without the right to list must still be able to save.
std::optional<Manifest> newest_backup(objectstore::ObjectStore& store, const std::string& object_key,
                                      std::uint64_t cluster_id, const std::stop_token& stop);

}  // namespace holdfast::repository
