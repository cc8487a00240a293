// The four worked examples of "Authenticating Requests: Using the Authorization Header" in the Amazon S3 API Reference.
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "objectstore/s3/sigv4.h"

namespace holdfast::objectstore::s3 {
namespace {

const SigningScope kScope{.region = "us-east-1"};
const http::Header kHost{"Host", "examplebucket.s3.amazonaws.com"};

std::string authorization_of(const RequestToSign& request) {
  const Credentials credentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  return sign_v4(request, credentials, kScope, parse_time("2013-05-24T00:00:00Z").value()).back().value;
}

std::string expected(const std::string& signed_headers, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=" +
         signed_headers + ", Signature=" + signature;
}

TEST(SigV4S3Examples, GetObjectWithARange) {
  EXPECT_EQ(authorization_of({.method = "GET", .path = "/test.txt", .headers = {kHost, {"Range", "bytes=0-9"}}}),
            expected("host;range;x-amz-content-sha256;x-amz-date",
                     "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
}

TEST(SigV4S3Examples, PutObject) {
  EXPECT_EQ(
      authorization_of(
          {.method = "PUT",
           .path = "/test$file.text",
           .headers = {kHost, {"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
           .payload_sha256 = to_hex(Sha256::of(as_bytes("Welcome to Amazon S3.")))}),
      expected("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
               "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4S3Examples, GetBucketLifecycle) {
  EXPECT_EQ(authorization_of({.method = "GET", .query = {{"lifecycle", ""}}, .headers = {kHost}}),
            expected("host;x-amz-content-sha256;x-amz-date",
                     "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SigV4S3Examples, ListObjects) {
  EXPECT_EQ(authorization_of({.method = "GET", .query = {{"prefix", "J"}, {"max-keys", "2"}}, .headers = {kHost}}),
            expected("host;x-amz-content-sha256;x-amz-date",
                     "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

}  // namespace
}  // namespace holdfast::objectstore::s3
