// What S3's error codes mean for us. Private to s3/. Source: "Amazon S3 API Reference, Error Responses"; those that
// only Ceph, MinIO or others send are marked in the table.
#pragma once

#include <string_view>

#include "base/result.h"

namespace holdfast::objectstore::s3 {

struct KnownCode {
  std::string_view name;
  Code code = Code::internal;
  bool try_again = false;
  std::string_view hint;  // {place}, {endpoint}, {permission} and {region} are filled in
};

// Null for a code nobody told us about.
const KnownCode* find_known_code(std::string_view name);

}  // namespace holdfast::objectstore::s3
