// What killed saves left in a folder of a store: uploads that nobody will complete. They cost space, invisibly.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"

namespace holdfast::repository {

// Could an upload to this key be ours? Snapshots, manifests and probes directly in the folder ("" or ending in '/').
bool is_own_upload(const std::string& key, const std::string& folder);

// Can killed saves leave something in this store that a later one does not clear away by itself?
bool can_have_leftovers(objectstore::ObjectStore& store);

// Aborts unfinished uploads to such keys that began more than three days ago, longer than any save takes, and says how
// many. Uploads to other keys are not touched.
Result<std::uint64_t> clear_leftovers(objectstore::ObjectStore& store, const std::string& folder,
                                      const std::stop_token& stop);

}  // namespace holdfast::repository
