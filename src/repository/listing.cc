#include "repository/listing.h"

#include "repository/naming.h"

namespace holdfast::repository {

void PairFinder::add(const objectstore::ObjectInfo& info) {
  close_until_prefix_of(info.key);
  const auto object_key = object_key_of_manifest(info.key);
  if (!object_key) {
    open_.push_back({.object_key = info.key, .object = info, .has_manifest = false});
    return;
  }
  for (Pair& pair : open_) {
    if (pair.object_key == *object_key) {
      pair.has_manifest = true;
      return;
    }
  }
  found_.push_back({.object_key = *object_key, .object = std::nullopt, .has_manifest = true});
}

std::vector<Pair> PairFinder::finish() {
  while (!open_.empty())
    close_top();
  return std::move(found_);
}

void PairFinder::close_until_prefix_of(const std::string& key) {
  while (!open_.empty() && !key.starts_with(open_.back().object_key))
    close_top();
}

void PairFinder::close_top() {
  Pair pair = std::move(open_.back());
  open_.pop_back();
  const bool has_suffix = split_name(last_segment(pair.object_key)).form.has_value();
  const bool foreign = (include_foreign_ && has_suffix) || (also_foreign_ && also_foreign_(pair.object_key));
  if (pair.has_manifest || foreign) found_.push_back(std::move(pair));
}

Result<std::vector<Pair>> named_pairs(objectstore::ObjectStore& store, const std::string& key,
                                      const std::stop_token& stop) {
  PairFinder finder(true);
  const auto add = [&](const objectstore::ObjectInfo& info) -> Status {
    finder.add(info);
    return {};
  };
  HF_TRY(store.list(key + ".db", add, stop));
  std::vector<Pair> pairs = finder.finish();
  std::erase_if(
      pairs, [&](const Pair& pair) { return folder_of(key) + split_name(last_segment(pair.object_key)).name != key; });
  return pairs;
}

Result<std::vector<Pair>> pairs_in_folder(objectstore::ObjectStore& store, const std::string& folder,
                                          const std::stop_token& stop) {
  PairFinder finder(true);
  const auto add = [&](const objectstore::ObjectInfo& info) -> Status {
    if (info.key.find('/', folder.size()) == std::string::npos) finder.add(info);
    return {};
  };
  HF_TRY(store.list(folder, add, stop));
  return finder.finish();
}

}  // namespace holdfast::repository
