// The buckets etcd keeps in its database. Private to snapshot/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace holdfast::snapshot {

enum class BucketName : std::uint8_t {
  alarm,
  auth,
  auth_roles,
  auth_users,
  cluster,
  key,
  lease,
  members,
  members_removed,
  meta,
  other,  // of a version yet to come, or somebody else's
};

// More than so many buckets are too many to be true: etcd has ten.
constexpr std::size_t kMaxBuckets = 1024;

BucketName bucket_name(ByteView name);
std::string_view to_text(BucketName name);

}  // namespace holdfast::snapshot
