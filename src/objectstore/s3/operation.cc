#include "objectstore/s3/operation.h"

#include <array>
#include <cstddef>

namespace holdfast::objectstore::s3 {
namespace {

struct Facts {
  std::string_view name;
  std::string_view permission;
};

// In the order of enum Operation. Source: "Actions, resources, and condition keys for Amazon S3".
constexpr std::array<Facts, 11> kFacts{{{"PutObject", "s3:PutObject"},
                                        {"GetObject", "s3:GetObject"},
                                        {"HeadObject", "s3:GetObject"},
                                        {"DeleteObject", "s3:DeleteObject"},
                                        {"ListObjectsV2", "s3:ListBucket"},
                                        {"CreateMultipartUpload", "s3:PutObject"},
                                        {"UploadPart", "s3:PutObject"},
                                        {"CompleteMultipartUpload", "s3:PutObject"},
                                        {"AbortMultipartUpload", "s3:AbortMultipartUpload"},
                                        {"ListMultipartUploads", "s3:ListBucketMultipartUploads"},
                                        {"PutObjectRetention", "s3:PutObjectRetention"}}};

}  // namespace

std::string_view operation_name(Operation operation) {
  return kFacts.at(static_cast<std::size_t>(operation)).name;
}

std::string_view permission_for(Operation operation) {
  return kFacts.at(static_cast<std::size_t>(operation)).permission;
}

}  // namespace holdfast::objectstore::s3
