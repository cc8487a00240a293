// Stored snapshots in one object store: find, list, delete.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
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
  damaged,       // the manifest is not what was written
  unsupported,   // the manifest is of a newer version, or names a form this version does not know
  unreadable,    // the manifest could not be fetched: no right, store away
  foreign,       // an object without a manifest
};
std::string_view state_name(EntryState state);  // "ok", "size-differs", …: docs/cli.md

// One stored snapshot as a listing sees it.
struct Entry {
  std::string key;  // of the object, from the root of the store
  EntryState state = EntryState::ok;
  std::optional<Manifest> manifest;  // absent when damaged, unreadable or foreign
  std::uint64_t stored_size = 0;     // bytes as the store says; 0 when missing
  WallTime modified{};
  std::string problem;  // for every state but ok: what is wrong
  bool object_is_there = false;
  bool manifest_is_ours = false;  // a file that could be a manifest, in whatever condition, lies at the manifest's key

  std::string name() const { return manifest ? manifest->name : split_name(last_segment(key)).name; }
};

struct ListOptions {
  bool include_foreign = false;  // objects with one of our suffixes and no manifest
  bool recursive = true;         // also folders below
  std::string cluster;           // only manifests of this cluster; empty: all
  // Which objects without suffix and manifest are listed as foreign, too, by key; null: none.
  std::function<bool(std::string_view key)> also_foreign = {};
};

// May this be opened and trusted to be what its manifest says? Code::corrupt, Code::unsupported or Code::unavailable,
// by its state.
Status check_manifest_state(const Entry& entry);

// Deletes an object and its manifest, in the order docs/formats/manifest.md gives. What is not there is no error; a
// file at the manifest's key that cannot be a manifest stays.
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
  // Those in the folder of `key` whose manifest gives them the name that `key` ends in. Only manifests of objects that
  // have this name in theirs are read.
  Result<std::vector<Entry>> find_by_manifest(const std::string& key, const std::stop_token& stop);
  // The names, without suffixes, of all in the folder of `key`; no manifest is read.
  Result<std::vector<std::string>> names_beside(const std::string& key, const std::stop_token& stop);

  // Code::refused, with the reason, for what may not be one of our snapshots: an object whose name is not that of a
  // snapshot, or without a manifest of its own whose first bytes are not those of a snapshot either. With `force` the
  // name, or something that could be its manifest, is enough. Without it a snapshot written by a newer version stays.
  Status check_deletable(const Entry& entry, bool force, const std::stop_token& stop);

  Status remove(const Entry& entry, const std::stop_token& stop);

 private:
  Result<bool> looks_like_snapshot(const Entry& entry, const std::stop_token& stop);

  objectstore::ObjectStore& store_;
};

}  // namespace holdfast::repository
