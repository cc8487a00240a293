#include "repository/leftovers.h"

#include <chrono>

#include "objectstore/check.h"
#include "repository/naming.h"

namespace holdfast::repository {
namespace {

constexpr auto kStaleAfter = std::chrono::days(3);

}  // namespace

bool is_own_upload(const std::string& key, const std::string& folder) {
  if (folder_of(key) != folder) return false;
  const std::string object_key = object_key_of_manifest(key).value_or(key);
  return split_name(last_segment(object_key)).form || last_segment(key).starts_with(objectstore::kProbeName);
}

bool can_have_leftovers(objectstore::ObjectStore& store) {
  const auto* uploads = store.unfinished_uploads();
  return uploads != nullptr && !uploads->cleared_by_puts();
}

Result<std::uint64_t> clear_leftovers(objectstore::ObjectStore& store, const std::string& folder,
                                      const std::stop_token& stop) {
  if (!can_have_leftovers(store)) return std::uint64_t{0};
  const objectstore::StaleUploads which{.prefix = folder,
                                        .older_than = kStaleAfter,
                                        .ours = [&](const std::string& key) { return is_own_upload(key, folder); }};
  return store.unfinished_uploads()->abort_stale_uploads(which, stop);
}

}  // namespace holdfast::repository
