#include "snapshot/bucket_name.h"

#include <algorithm>
#include <array>

namespace holdfast::snapshot {
namespace {

// In the order of enum BucketName.
constexpr std::array<std::string_view, 11> kNames{"alarm",           "auth", "authRoles",     "authUsers",
                                                  "cluster",         "key",  "lease",         "members",
                                                  "members_removed", "meta", "another bucket"};

}  // namespace

BucketName bucket_name(ByteView name) {
  const auto* const found = std::find(kNames.begin(), kNames.end() - 1, as_text(name));
  return static_cast<BucketName>(found - kNames.begin());
}

std::string_view to_text(BucketName name) {
  return kNames.at(static_cast<std::size_t>(name));
}

}  // namespace holdfast::snapshot
