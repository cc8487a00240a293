// What must hold for any request.
#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "http/url.h"
#include "objectstore/s3/sigv4.h"

namespace holdfast::objectstore::s3 {
namespace {

const SigningScope kScope{.region = "eu-central-1"};
const WallTime kNow = parse_time("2026-11-21T10:37:00.9Z").value();

Credentials any_credentials() {
  return {.access_key_id = "AKIA", .secret_access_key = Secret("secret"), .session_token = Secret("token")};
}

std::string authorization_of(const RequestToSign& request) {
  return sign_v4(request, any_credentials(), kScope, kNow).back().value;
}

QueryParameters any_query() {
  return *rc::gen::arbitrary<QueryParameters>();
}

// Header values as they may stand on the wire: words of visible ASCII.
std::string any_words(const std::string& separator) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('!', '~'))));
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : separator) + word;
  return text;
}

TEST(SigV4Properties, TheOrderOfTheQueryDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    QueryParameters query = any_query();
    const std::string before = canonical_query(query);
    std::ranges::sort(query, std::greater<>{});
    RC_ASSERT(canonical_query(query) == before);
  }));
}

TEST(SigV4Properties, TheQueryCanBeReadBack) {
  EXPECT_TRUE(rc::check([] {
    QueryParameters query = any_query();
    std::string text = canonical_query(query);
    QueryParameters back;
    while (!text.empty()) {
      const auto end = std::min(text.find('&'), text.size());
      const std::string pair = text.substr(0, end);
      const auto equals = pair.find('=');
      back.emplace_back(http::percent_decode(pair.substr(0, equals)).value(),
                        http::percent_decode(pair.substr(equals + 1)).value());
      text.erase(0, end + 1);
    }
    std::ranges::sort(query);
    std::ranges::sort(back);
    RC_ASSERT(back == query);
  }));
}

TEST(SigV4Properties, PathsKeepEveryByteAndSlash) {
  EXPECT_TRUE(rc::check([](const std::string& key) {
    const std::string encoded = encode_path("/" + key);
    RC_ASSERT(http::percent_decode(encoded).value() == "/" + key);
    RC_ASSERT(std::ranges::count(encoded, '/') == 1 + std::ranges::count(key, '/'));
  }));
}

TEST(SigV4Properties, S3PathsAreNeverNormalised) {
  RequestToSign request{.method = "GET", .path = "/b//a/../x/./y", .headers = {{"Host", "h"}}};
  EXPECT_NE(canonical_request(request, SigningStyle::s3).find("\n/b//a/../x/./y\n"), std::string::npos);
}

TEST(SigV4Properties, NormalisedPathsAreSettled) {
  EXPECT_TRUE(rc::check([] {
    std::string path;
    for (const auto& segment : *rc::gen::container<std::vector<std::string>>(
             rc::gen::element<std::string>("", ".", "..", "a", "b.c", "...", "%"))) {
      path += "/" + segment;
    }
    const auto canonical_path = [](const std::string& from) {
      const std::string text = canonical_request({.method = "GET", .path = from}, SigningStyle::generic).substr(4);
      return http::percent_decode(text.substr(0, text.find('\n'))).value();
    };
    const std::string once = canonical_path(path);
    RC_ASSERT(canonical_path(once) == once);
    RC_ASSERT(once.starts_with('/'));
    RC_ASSERT((once + "/").find("/./") == std::string::npos);
    RC_ASSERT((once + "/").find("/../") == std::string::npos);
    RC_ASSERT(once.find("//") == std::string::npos);
  }));
}

TEST(SigV4Properties, WhiteSpaceInHeadersDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    const std::string wide = *rc::gen::element<std::string>("  ", "\t", " \t ", "\r\n  ");
    const std::string words = any_words(" ");
    std::string spread = wide;
    for (const char c : words)
      spread += c == ' ' ? wide : std::string(1, c);
    const auto request = [](const std::string& value) {
      return RequestToSign{.method = "GET", .headers = {{"Host", "h"}, {"x-amz-meta-a", value}}};
    };
    RC_ASSERT(authorization_of(request(spread + wide)) == authorization_of(request(words)));
  }));
}

TEST(SigV4Properties, TheCaseAndOrderOfHeaderNamesDoNotMatter) {
  const RequestToSign one{.method = "GET", .headers = {{"Host", "h"}, {"X-Amz-Meta-A", "1"}, {"Range", "bytes=0-1"}}};
  const RequestToSign other{.method = "GET", .headers = {{"range", "bytes=0-1"}, {"x-amz-meta-a", "1"}, {"HOST", "h"}}};
  EXPECT_EQ(authorization_of(one), authorization_of(other));
}

TEST(SigV4Properties, EveryPartOfTheRequestIsSigned) {
  const RequestToSign original{.method = "PUT",
                               .path = "/bucket/key",
                               .query = {{"partNumber", "1"}},
                               .headers = {{"Host", "h"}, {"x-amz-meta-a", "1"}}};
  const std::string signed_text = authorization_of(original);
  RequestToSign changed = original;
  changed.method = "GET";
  EXPECT_NE(authorization_of(changed), signed_text);
  changed = original;
  changed.path = "/bucket/Key";
  EXPECT_NE(authorization_of(changed), signed_text);
  changed = original;
  changed.query = {{"partNumber", "2"}};
  EXPECT_NE(authorization_of(changed), signed_text);
  changed = original;
  changed.headers[1].value = "2";
  EXPECT_NE(authorization_of(changed), signed_text);
  changed = original;
  changed.payload_sha256 = kUnsignedPayload;
  EXPECT_NE(authorization_of(changed), signed_text);
}

TEST(SigV4Properties, TheTokenIsSentAndSignedAndTheSecretIsNot) {
  const RequestToSign request{.method = "GET", .headers = {{"Host", "h"}}};
  Credentials credentials = any_credentials();
  credentials.secret_access_key = Secret("a-very-secret-key");

  const auto added = sign_v4(request, credentials, kScope, kNow);

  bool has_token = false;
  for (const http::Header& header : added) {
    has_token = has_token || (header.name == "x-amz-security-token" && header.value == "token");
    EXPECT_EQ(header.value.find("a-very-secret-key"), std::string::npos);
  }
  EXPECT_TRUE(has_token);
  EXPECT_NE(added.back().value.find("x-amz-security-token"), std::string::npos);
}

TEST(SigV4Properties, FractionsOfASecondAreCutOff) {
  EXPECT_EQ(amz_date(kNow), "20261121T103700Z");
}

}  // namespace
}  // namespace holdfast::objectstore::s3
