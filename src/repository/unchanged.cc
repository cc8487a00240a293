#include "repository/unchanged.h"

#include <algorithm>
#include <vector>

#include "repository/naming.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectInfo;

constexpr std::size_t kCandidates = 8;     // manifests read at most
constexpr std::size_t kMaxKeys = 100'000;  // keys looked at before giving up

// The newest manifests in a folder, newest first.
std::vector<ObjectInfo> newest_manifests(objectstore::ObjectStore& store, const std::string& folder,
                                         const std::stop_token& stop) {
  std::vector<ObjectInfo> newest;
  const auto newer = [](const ObjectInfo& a, const ObjectInfo& b) { return a.modified > b.modified; };
  std::size_t seen = 0;
  const auto visit = [&](const ObjectInfo& info) -> Status {
    if (++seen > kMaxKeys) return fail(Code::no_space, "too many keys to look at");
    if (!object_key_of_manifest(info.key) || folder_of(info.key) != folder) return {};
    newest.insert(std::upper_bound(newest.begin(), newest.end(), info, newer), info);
    if (newest.size() > kCandidates) newest.pop_back();
    return {};
  };
  if (!store.list(folder, visit, stop)) newest.clear();  // see the header: not knowing is allowed
  return newest;
}

}  // namespace

std::optional<Manifest> newest_backup(objectstore::ObjectStore& store, const std::string& object_key,
                                      std::uint64_t cluster_id, const std::stop_token& stop) {
  for (const ObjectInfo& info : newest_manifests(store, folder_of(object_key), stop)) {
    const auto text = objectstore::get_bytes(store, info.key, kMaxManifestSize, stop);
    if (!text) continue;
    auto manifest = decode_manifest(as_text(*text));
    if (manifest && manifest->etcd.cluster_id == cluster_id) return std::move(*manifest);
  }
  return std::nullopt;
}

}  // namespace holdfast::repository
