// Stored snapshots as `list` and `show` print them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/json.h"
#include "repository/place.h"
#include "repository/repository.h"

namespace holdfast::cli {

// The place of an entry: `place` with the entry's key.
std::string place_of(const repository::Place& place, const repository::Entry& entry);

// {"place":…,"snapshots":[{"name":…,"place":…,"state":…,…}]}, docs/cli.md says which fields there are.
json::Value list_document(const repository::Place& folder, const std::vector<repository::Entry>& entries);
// NAME CLUSTER CREATED AGE REVISION KEYS SIZE STORED COMPRESSION ENCRYPTION STATE; names are relative to the folder.
void print_list(std::ostream& out, const repository::Place& folder, const std::vector<repository::Entry>& entries,
                WallTime now);

// {"place":…,"state":…,"storedSize":…,"modified":…,"manifest":{…}}. `object`: what the store says of it now.
json::Value show_document(const repository::Place& place, const repository::Entry& entry,
                          const objectstore::ObjectInfo& object);
void print_entry(std::ostream& out, const repository::Place& place, const repository::Entry& entry,
                 const objectstore::ObjectInfo& object);

}  // namespace holdfast::cli
