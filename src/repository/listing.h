// Pairs objects and manifests while keys pass in ascending order, holding only what can still find its partner.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objectstore/object_store.h"

namespace holdfast::repository {

// An object, a manifest, or both.
struct Pair {
  std::string object_key;
  std::optional<objectstore::ObjectInfo> object;  // absent: a manifest alone
  bool has_manifest = false;
};

// A manifest's key begins with its object's key, so between the two only keys that begin with the object's key can
// come: a stack of keys, each a prefix of the next, is all that must be remembered, whatever else lies in the bucket.
class PairFinder {
 public:
  using IsForeign = std::function<bool(std::string_view key)>;

  // Objects without manifest are found when they have one of our suffixes and `include_foreign` is set, or when
  // `also_foreign` says so.
  explicit PairFinder(bool include_foreign, IsForeign also_foreign = {})
      : include_foreign_(include_foreign), also_foreign_(std::move(also_foreign)) {}

  void add(const objectstore::ObjectInfo& info);  // keys in ascending byte order
  std::vector<Pair> finish();

 private:
  void close_until_prefix_of(const std::string& key);
  void close_top();

  const bool include_foreign_;
  const IsForeign also_foreign_;
  std::vector<Pair> open_;
  std::vector<Pair> found_;
};

// All objects that the bare name `key` ("folder/nightly") could mean: name + suffix, with or without manifest. Empty
// when there is none.
Result<std::vector<Pair>> named_pairs(objectstore::ObjectStore& store, const std::string& key,
                                      const std::stop_token& stop);

// Those that lie in `folder` ("" or ending in '/') itself, also without manifest.
Result<std::vector<Pair>> pairs_in_folder(objectstore::ObjectStore& store, const std::string& folder,
                                          const std::stop_token& stop);

}  // namespace holdfast::repository
