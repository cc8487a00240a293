// Stored snapshots by any name that people see.
#pragma once

#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "repository/repository.h"

namespace holdfast::cli {

// Repository::find(), and where that finds nothing, what `snapshot list` calls so: the name in the manifest, which is
// not always that of the object (a server puts the cluster in front). Code::usage when that are several;
// Code::not_found with what may have been meant.
Result<repository::Entry> find_entry(objectstore::ObjectStore& store, const std::string& key,
                                     const std::stop_token& stop);

}  // namespace holdfast::cli
