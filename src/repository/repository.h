// Stored snapshots in one object store: find, list, delete.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "objectstore/object_store.h"
#include "repository/manifest.h"
#include "repository/naming.h"

namespace holdfast::repository {

enum class EntryState {
  ok,            // object and manifest are there and their sizes agree
  missing,       // manifest without its object
  size_differs,  // the object is not the one the manifest describes
  damaged,       // the manifest is not what was written, or of a newer version
  unreadable,    // the manifest could not be fetched: no right, store away
  foreign,       // an object without a manifest
};
std::string_view state_name(EntryState state);  // "ok", "missing", "size-differs", "damaged", "unreadable", "foreign"

// One stored snapshot as a listing sees it.
struct Entry {
  std::string key;  // of the object, from the root of the store
  EntryState state = EntryState::ok;
  std::optional<Manifest> manifest;  // absent when damaged, unreadable or foreign
  std::uint64_t stored_size = 0;     // bytes as the store says; 0 when missing
  WallTime modified{};
  std::string problem;  // for every state but ok: what is wrong

  std::string name() const { return manifest ? manifest->name : split_name(last_segment(key)).name; }
};

struct ListOptions {
  bool include_foreign = false;  // objects with one of our suffixes and no manifest
  bool recursive = true;         // also folders below
  std::string cluster;           // only manifests of this cluster; empty: all
};

// Deletes an object and its manifest, in the order docs/formats/manifest.md gives. What is not there is no error.
Status remove_backup(objectstore::ObjectStore& store, const std::string& object_key, const std::stop_token& stop);

// Reads one store. Safe for concurrent use. `store` must outlive it.
class Repository {
 public:
  explicit Repository(objectstore::ObjectStore& store) : store_(store) {}

  // Everything below `folder` ("" or ending in '/'), oldest first. Manifests are fetched by several threads.
  Result<std::vector<Entry>> list(const std::string& folder, const ListOptions& options, const std::stop_token& stop);

  // The one snapshot that `key` names: the object's own key, or its name without suffixes. Code::not_found, or
  // Code::usage with the candidates when a bare name fits several objects.
  Result<Entry> find(const std::string& key, const std::stop_token& stop);

  Status remove(const Entry& entry, const std::stop_token& stop);

 private:
  objectstore::ObjectStore& store_;
};

}  // namespace holdfast::repository
