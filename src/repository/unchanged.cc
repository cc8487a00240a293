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

// The same people: every recipient of one is a recipient of the other. Two passphrases cannot be compared.
bool readable_by_the_same(const StoredFacts& a, const StoredFacts& b) {
  return a.encryption == b.encryption && a.encryption != Encryption::age_scrypt &&
         std::is_permutation(a.recipients.begin(), a.recipients.end(), b.recipients.begin(), b.recipients.end());
}

bool could_stand_for(const Manifest& backup, const Manifest& wanted) {
  return backup.etcd.cluster_id == wanted.etcd.cluster_id && backup.cluster == wanted.cluster &&
         readable_by_the_same(backup.stored, wanted.stored);
}

bool object_is_whole(objectstore::ObjectStore& store, const std::string& key, const Manifest& manifest,
                     const std::stop_token& stop) {
  const auto object = store.head(key, stop);
  return object && object->size == manifest.stored.size && last_segment(key) == manifest.object;
}

}  // namespace

std::optional<Manifest> newest_equivalent(objectstore::ObjectStore& store, const std::string& object_key,
                                          const Manifest& wanted, const std::stop_token& stop) {
  for (const ObjectInfo& info : newest_manifests(store, folder_of(object_key), stop)) {
    const auto text = objectstore::get_bytes(store, info.key, kMaxManifestSize, stop);
    if (!text) continue;
    auto manifest = decode_manifest(as_text(*text));
    if (!manifest || !could_stand_for(*manifest, wanted)) continue;
    if (object_is_whole(store, *object_key_of_manifest(info.key), *manifest, stop)) return std::move(*manifest);
  }
  return std::nullopt;
}

}  // namespace holdfast::repository
