// AWS's published test suite for Signature Version 4 (tests/data/sigv4/suite.json holds its requests and expected
// results).
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "model/json.h"
#include "objectstore/s3/sigv4.h"
#include "os/file_system.h"

namespace holdfast::objectstore::s3 {
namespace {

const SigningScope kScope{.region = "us-east-1", .service = "service"};

WallTime suite_time() {
  return parse_time("2015-08-30T12:36:00Z").value();
}

Credentials suite_credentials(const json::Object& vector) {
  Credentials credentials{.access_key_id = "AKIDEXAMPLE",
                          .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
  if (json::has(vector, "token")) credentials.session_token = Secret(json::get_string(vector, "token").value());
  return credentials;
}

std::string text_at(const json::Value& pair, std::size_t index) {
  return std::string(pair.as_array().at(index).as_string());
}

RequestToSign suite_request(const json::Object& vector) {
  RequestToSign request{.method = json::get_string(vector, "method").value(),
                        .path = json::get_string(vector, "path").value()};
  if (json::has(vector, "query")) {
    const json::Array pairs = json::get_array(vector, "query").value();
    for (const auto& pair : pairs) {
      request.query.emplace_back(text_at(pair, 0), text_at(pair, 1));
    }
  }
  const json::Array headers = json::get_array(vector, "headers").value();
  for (const auto& pair : headers) {
    request.headers.push_back({text_at(pair, 0), text_at(pair, 1)});
  }
  if (json::has(vector, "body")) {
    request.payload_sha256 = to_hex(Sha256::of(as_bytes(json::get_string(vector, "body").value())));
  }
  if (json::get_bool(vector, "sign_body").value()) {
    request.headers.push_back({"x-amz-content-sha256", request.payload_sha256});
  }
  return request;
}

struct Vector {
  std::string name;
  json::Object object;
};

void PrintTo(const Vector& vector, std::ostream* out) {
  *out << vector.name;
}

std::vector<Vector> suite() {
  const std::string path = HOLDFAST_TEST_DATA "/sigv4/suite.json";
  const Bytes bytes = os::read_file(os::real_file_system(), path, kMiB).value();
  const json::Value document = json::parse(as_text(bytes), kMiB).value();
  std::vector<Vector> vectors;
  for (const auto& vector : document.as_array()) {
    vectors.push_back({json::get_string(vector.as_object(), "name").value(), vector.as_object()});
  }
  return vectors;
}

std::vector<Vector> normalised_suite() {
  std::vector<Vector> vectors = suite();
  std::erase_if(vectors, [](const Vector& vector) { return !json::get_bool(vector.object, "normalize").value(); });
  return vectors;
}

std::string test_name(const testing::TestParamInfo<Vector>& parameter) {
  std::string name = parameter.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

class SigV4Suite : public testing::TestWithParam<Vector> {};
class SigV4NormalisedSuite : public testing::TestWithParam<Vector> {};

TEST_P(SigV4Suite, GivesThePublishedResults) {
  const json::Object& vector = GetParam().object;
  const Credentials credentials = suite_credentials(vector);
  const bool normalize = json::get_bool(vector, "normalize").value();
  const SigningStyle style = normalize ? SigningStyle::generic : SigningStyle::s3;
  RequestToSign request = suite_request(vector);
  request.headers.push_back({"X-Amz-Date", amz_date(suite_time())});
  if (!credentials.session_token.empty()) {
    request.headers.push_back({"X-Amz-Security-Token", std::string(credentials.session_token.reveal())});
  }

  const std::string canonical = canonical_request(request, style);
  const std::string to_sign = string_to_sign(canonical, kScope, suite_time());

  EXPECT_EQ(canonical, json::get_string(vector, "canonical_request").value());
  EXPECT_EQ(to_sign, json::get_string(vector, "string_to_sign").value());
  EXPECT_EQ(signature(credentials.secret_access_key, kScope, suite_time(), to_sign),
            json::get_string(vector, "signature").value());
}

// Without normalisation the suite signs requests that no service takes (an S3 request always has a payload hash): only
// steps.
TEST_P(SigV4NormalisedSuite, SignsTheWholeRequestAsPublished) {
  const json::Object& vector = GetParam().object;
  const RequestToSign request = suite_request(vector);

  const auto added = sign_v4(request, suite_credentials(vector), kScope, suite_time(), SigningStyle::generic);

  EXPECT_EQ(added.front().name, "x-amz-date");
  EXPECT_EQ(added.back().name, "Authorization");
  EXPECT_TRUE(added.back().value.ends_with("Signature=" + json::get_string(vector, "signature").value()));
}

INSTANTIATE_TEST_SUITE_P(All, SigV4Suite, testing::ValuesIn(suite()), test_name);
INSTANTIATE_TEST_SUITE_P(All, SigV4NormalisedSuite, testing::ValuesIn(normalised_suite()), test_name);

}  // namespace
}  // namespace holdfast::objectstore::s3
