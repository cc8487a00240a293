// The XML documents of S3's API, read and written. Private to s3/. Source: "Amazon S3 API Reference".
// Input comes from the network: it is bounded by the caller, never expands entities, and what does not fit is an error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "objectstore/object_store.h"

namespace holdfast::objectstore::s3 {

struct ErrorDocument {
  std::string code;  // "NoSuchKey"; empty when it is no S3 error document
  std::string message;
  std::string request_id;
  std::string region;       // of the bucket, when the server tells it
  std::string endpoint;     // where to go instead
  std::string server_time;  // with RequestTimeTooSkewed
};
// Never fails: a body that is something else gives an empty code.
ErrorDocument parse_error(std::string_view body);

struct ListPage {
  std::vector<ObjectInfo> objects;  // in the order of the document, names decoded
  bool truncated = false;
  std::string next_token;
};
// ListObjectsV2. Code::corrupt when it is not such a document, a size or time cannot be read, or a page is said to
// follow without a token to ask for it.
Result<ListPage> parse_list(std::string_view body);

// InitiateMultipartUpload's UploadId. Code::corrupt when there is none.
Result<std::string> parse_upload_id(std::string_view body);

struct CompletedUpload {
  std::string etag;
};
// CompleteMultipartUpload. A failure also comes with status 200: the caller looks at parse_error() first.
Result<CompletedUpload> parse_completed(std::string_view body);

struct PendingUpload {
  std::string key;
  std::string upload_id;
  WallTime initiated{};
};
struct UploadsPage {
  std::vector<PendingUpload> uploads;
  bool truncated = false;
  std::string next_key_marker;
  std::string next_upload_id_marker;
};
// ListMultipartUploads.
Result<UploadsPage> parse_uploads(std::string_view body);

struct PartToComplete {
  std::string etag;          // as the server gave it, without quotes
  std::string checksum_tag;  // "ChecksumCRC32C"; empty: none
  std::string checksum;      // base64
};
// The body of CompleteMultipartUpload; parts are numbered from 1 in this order.
std::string complete_document(const std::vector<PartToComplete>& parts);

// The body of PutObjectRetention. `mode` is "COMPLIANCE" or "GOVERNANCE".
std::string retention_document(std::string_view mode, WallTime until);

// "\"abc\"" or "&quot;abc&quot;" as a header or a document has it -> "abc".
std::string unquoted(std::string_view etag);

}  // namespace holdfast::objectstore::s3
