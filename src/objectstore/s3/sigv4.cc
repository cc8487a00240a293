#include "objectstore/s3/sigv4.h"

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/sha256.h"
#include "http/url.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kTerminator = "aws4_request";
constexpr std::size_t kDateLength = 8;  // "20130524" of "20130524T000000Z"

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), to_lower);
  return text;
}

// Without white space at both ends, and every run of it inside as one space.
std::string folded(std::string_view value) {
  std::string out;
  bool pending = false;
  for (const char c : value) {
    if (is_space(c)) {
      pending = !out.empty();
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out += c;
  }
  return out;
}

// Lower-case name -> value; several headers of one name become one, in the order they came.
using CanonicalHeaders = std::map<std::string, std::string>;

CanonicalHeaders canonical_headers(const std::vector<http::Header>& headers) {
  CanonicalHeaders all;
  for (const http::Header& header : headers) {
    const auto [at, added] = all.try_emplace(lower_case(header.name), folded(header.value));
    if (!added) at->second += "," + folded(header.value);
  }
  return all;
}

std::string signed_names(const CanonicalHeaders& headers) {
  std::string names;
  for (const auto& [name, value] : headers) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

// Without empty and "." segments, ".." takes the one before it; a slash at the end stays.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_with_slash = true;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    ends_with_slash = end < path.size() || segment == "." || segment == "..";
    path.remove_prefix(std::min(end + 1, path.size()));
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") segments.push_back(segment);
  }
  std::string out;
  for (const std::string_view segment : segments)
    out.append("/").append(segment);
  return ends_with_slash || out.empty() ? out + "/" : out;
}

std::string scope_text(const SigningScope& scope, std::string_view date) {
  return fmt::format("{}/{}/{}/{}", date.substr(0, kDateLength), scope.region, scope.service, kTerminator);
}

bool has_header(const std::vector<http::Header>& headers, std::string_view lower_name) {
  return std::ranges::any_of(headers,
                             [&](const http::Header& header) { return lower_case(header.name) == lower_name; });
}

}  // namespace

std::string encode_path(std::string_view path) {
  return http::percent_encode(path, "/");
}

std::string canonical_query(const QueryParameters& query) {
  QueryParameters encoded;
  for (const auto& [name, value] : query) {
    encoded.emplace_back(http::percent_encode(name), http::percent_encode(value));
  }
  std::ranges::sort(encoded);
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

std::string canonical_request(const RequestToSign& request, SigningStyle style) {
  const CanonicalHeaders headers = canonical_headers(request.headers);
  const std::string path = style == SigningStyle::s3 ? request.path : without_dots(request.path);
  std::string text = request.method + '\n' + encode_path(path) + '\n' + canonical_query(request.query) + '\n';
  for (const auto& [name, value] : headers)
    text.append(name).append(":").append(value).append("\n");
  return text + '\n' + signed_names(headers) + '\n' + request.payload_sha256;
}

std::string amz_date(WallTime now) {
  std::string text = format_time(now);  // "2013-05-24T00:00:00Z"
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string string_to_sign(std::string_view canonical, const SigningScope& scope, WallTime now) {
  const std::string date = amz_date(now);
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, date, scope_text(scope, date),
                     to_hex(Sha256::of(as_bytes(canonical))));
}

std::string signature(const Secret& secret_access_key, const SigningScope& scope, WallTime now,
                      std::string_view to_sign) {
  const std::string date = amz_date(now).substr(0, kDateLength);
  const Secret first(std::string("AWS4").append(secret_access_key.reveal()));
  Sha256Digest key = hmac_sha256(as_bytes(first.reveal()), as_bytes(date));
  for (const std::string_view step : {std::string_view(scope.region), std::string_view(scope.service), kTerminator}) {
    key = hmac_sha256(key, as_bytes(step));
  }
  return to_hex(hmac_sha256(key, as_bytes(to_sign)));
}

std::vector<http::Header> sign_v4(const RequestToSign& request, const Credentials& credentials,
                                  const SigningScope& scope, WallTime now, SigningStyle style) {
  const std::string date = amz_date(now);
  std::vector<http::Header> added;
  const auto add = [&](const std::string& name, std::string_view value) {
    if (!has_header(request.headers, name)) added.push_back({name, std::string(value)});
  };
  add("x-amz-date", date);
  if (style == SigningStyle::s3) add("x-amz-content-sha256", request.payload_sha256);
  if (!credentials.session_token.empty()) add("x-amz-security-token", credentials.session_token.reveal());

  RequestToSign complete = request;
  complete.headers.insert(complete.headers.end(), added.begin(), added.end());
  const std::string to_sign = string_to_sign(canonical_request(complete, style), scope, now);
  added.push_back({"Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
                                                credentials.access_key_id, scope_text(scope, date),
                                                signed_names(canonical_headers(complete.headers)),
                                                signature(credentials.secret_access_key, scope, now, to_sign))});
  return added;
}

}  // namespace holdfast::objectstore::s3
