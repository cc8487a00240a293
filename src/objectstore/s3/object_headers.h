// The headers that say how an object is to be stored, and what comes back. Private to s3/.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.h"
#include "objectstore/object_store.h"
#include "objectstore/s3/config.h"
#include "objectstore/s3/xml.h"

namespace holdfast::objectstore::s3 {

using Headers = std::vector<http::Header>;

// For PutObject and CreateMultipartUpload. Code::usage when metadata cannot be sent in headers.
Result<Headers> storing_headers(const Config& config, const PutOptions& options);

// "COMPLIANCE" or "GOVERNANCE".
std::string_view lock_mode_name(LockMode mode);

// For every request that touches the content of an object: the customer's key, when there is one.
void add_customer_key(const Config& config, Headers& headers);

// What lets the server check one body, and us check its answer.
struct BodyChecks {
  Headers headers;
  std::string payload_sha256;  // what the request's signature says of the body
  std::string md5_hex;         // the ETag the server must answer with; empty when it need not be an MD5
  std::string checksum_tag;    // "ChecksumCRC32C", for CompleteMultipartUpload; empty: none
  std::string checksum;        // base64
};
// `md5_required`: object lock wants Content-MD5 whatever the mode.
BodyChecks body_checks(const Config& config, ByteView body, bool md5_required);

// For CreateMultipartUpload: "CRC32C", "SHA256"; empty when parts carry no such checksum.
std::string_view multipart_algorithm(Checksum checksum);

// Did the server get what was sent? Code::corrupt when its answer to a PUT says otherwise.
Status check_stored(const BodyChecks& checks, const http::ResponseHead& head, const std::string& key);

// Size, time, ETag and metadata from the answer to HEAD or GET. Code::corrupt when there is no readable size.
Result<ObjectInfo> object_info(const http::ResponseHead& head, const std::string& key);

// The total from "Content-Range: bytes 0-99/1234"; `offset` is where the range begins. Code::corrupt when it is
// unreadable.
struct ContentRange {
  std::uint64_t offset = 0;
  std::uint64_t total = 0;
};
Result<ContentRange> content_range(const http::ResponseHead& head);

}  // namespace holdfast::objectstore::s3
