// Is a snapshot the same as the newest backup beside it? Private to repository/.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "repository/manifest.h"

namespace holdfast::repository {

// The newest sound backup in the object's folder that could stand for `wanted`: of the same etcd, under the same
// cluster name, readable by the same people, and with an object of the size its manifest says. Newest by the store's
// times; a few are looked at. Nothing when there is none, or when this store does not let us look: knowing is a bonus,
// and a writer without the right to list must still be able to save.
std::optional<Manifest> newest_equivalent(objectstore::ObjectStore& store, const std::string& object_key,
                                          const Manifest& wanted, const std::stop_token& stop);

}  // namespace holdfast::repository
