// The calls of S3's API that we make, as messages name them. Private to s3/.
#pragma once

#include <string_view>

namespace holdfast::objectstore::s3 {

enum class Operation {
  put_object,
  get_object,
  head_object,
  delete_object,
  list_objects,
  create_upload,
  upload_part,
  complete_upload,
  abort_upload,
  list_uploads,
  put_retention,
};

// "PutObject": the name in Amazon's documentation and in the server's log.
std::string_view operation_name(Operation operation);

// The right an identity needs for it: "s3:PutObject".
std::string_view permission_for(Operation operation);

}  // namespace holdfast::objectstore::s3
