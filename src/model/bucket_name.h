// What a bucket of an S3 store may be called.
#pragma once

#include <string_view>

namespace holdfast {

// By the rules for path-style names in Ceph and old AWS buckets, the widest there are: 3 to 255 letters, digits, '-',
// '.' and '_', not beginning with '.', without "..". The server of the bucket judges the rest.
bool is_bucket_name(std::string_view name);

}  // namespace holdfast
