// AWS Signature Version 4 as pure functions: request parts, credentials, scope and time in, headers out.
// Source: "Signature Version 4 signing process" (AWS General Reference) and "Authenticating Requests: Using the
// Authorization Header" (Amazon S3 API Reference). Proved with AWS's published vectors in
// tests/unit/objectstore/sigv4_*_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/units.h"
#include "http/transport.h"
#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

// SHA-256 of nothing, in hexadecimal: the payload hash of a request without a body.
inline constexpr std::string_view kEmptyPayloadSha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
// Accepted by S3 in place of a payload hash; only to be used over TLS.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// Names and values as they are before percent-encoding. A parameter without a value ("?uploads") has an empty one.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

struct RequestToSign {
  std::string method;
  std::string path = "/";  // before percent-encoding, begins with '/'
  QueryParameters query;   // in any order
  std::vector<http::Header>
      headers;  // every one of them is signed; "Host" must be among them, exactly as it will be sent
  std::string payload_sha256{kEmptyPayloadSha256};  // lower-case hexadecimal, or kUnsignedPayload
};

// What the signature is good for.
struct SigningScope {
  std::string region;
  std::string service = "s3";
};

enum class SigningStyle {
  s3,       // the path is signed as it is, and x-amz-content-sha256 is added
  generic,  // other services: "." and ".." and empty segments are taken out of the path first
};

// The headers to send besides request.headers: x-amz-date, x-amz-content-sha256 (s3), x-amz-security-token (when there
// is a session token) and Authorization. A name that request.headers already has is not added again but used as it is.
std::vector<http::Header> sign_v4(const RequestToSign& request, const Credentials& credentials,
                                  const SigningScope& scope, WallTime now, SigningStyle style = SigningStyle::s3);

// "/a%20b/c": percent-encoded once, '/' kept. This is what must stand in the URL of a request whose path was signed.
std::string encode_path(std::string_view path);
// "a=1&b=x%20y": sorted by encoded name, then value. This is what must stand behind '?' in the URL; empty without
// parameters.
std::string canonical_query(const QueryParameters& query);

// The steps, for tests and for explaining a SignatureDoesNotMatch. None of them holds the secret key.
std::string canonical_request(const RequestToSign& request, SigningStyle style);
std::string string_to_sign(std::string_view canonical, const SigningScope& scope, WallTime now);
std::string signature(const Secret& secret_access_key, const SigningScope& scope, WallTime now,
                      std::string_view to_sign);
std::string amz_date(WallTime now);  // "20130524T000000Z"

}  // namespace holdfast::objectstore::s3
