#include "server/answer.h"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::server {
namespace {

constexpr std::size_t kMostWarnings = 20;
constexpr std::size_t kMostWarningBytes = 256;

// At most kMostWarningBytes, whole characters of UTF-8.
std::string_view shortened(std::string_view text) {
  std::size_t end = std::min(text.size(), kMostWarningBytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end);
}

// As a quoted-string of RFC 9110.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : shortened(text)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// The tags of If-None-Match that a client holds; "*" is any.
bool holds(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "BadRequest";
    case 408:
      return "Timeout";
    case 413:
      return "RequestEntityTooLarge";
    case 429:
      return "TooManyRequests";
    default:
      return status >= 500 ? "InternalError" : "";
  }
}

}  // namespace

http::ServerResponse json_text(int status, std::string body) {
  http::ServerResponse response;
  response.status = status;
  response.headers.push_back({"Content-Type", std::string(kJson)});
  response.body = std::move(body);
  return response;
}

http::ServerResponse json_answer(int status, const json::Value& document) {
  return json_text(status, json::to_string(document) + "\n");
}

http::ServerResponse text_answer(int status, std::string text) {
  http::ServerResponse response;
  response.status = status;
  response.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.body = std::move(text);
  return response;
}

http::ServerResponse error_answer(const api::ApiError& error) {
  http::ServerResponse response = json_answer(error.code, error.to_status());
  if (error.retry_after_seconds)
    response.headers.push_back({"Retry-After", fmt::to_string(*error.retry_after_seconds)});
  return response;
}

http::ServerResponse cached_answer(const http::ServerRequest& request, std::string_view etag, std::string_view type,
                                   const std::string& body) {
  http::ServerResponse response;
  response.headers = {{"ETag", std::string(etag)}, {"Vary", "Accept"}};
  if (holds(request.header("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  response.headers.push_back({"Content-Type", std::string(type)});
  response.body = body;
  return response;
}

void add_warnings(http::ServerResponse& response, const std::vector<std::string>& warnings) {
  const std::size_t count = std::min(warnings.size(), kMostWarnings);
  for (std::size_t i = 0; i < count; ++i)
    response.headers.push_back({"Warning", "299 - " + quoted(warnings[i])});
}

http::ServerResponse transport_error(int status, std::string_view message) {
  api::ApiError error;
  error.code = status;
  error.reason = std::string(reason_of(status));
  error.message = std::string(message);
  return error_answer(error);
}

}  // namespace holdfast::server
