// Answers as clients of Kubernetes want them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/status.h"
#include "http/server/server.h"
#include "model/json.h"

namespace holdfast::server {

constexpr std::string_view kJson = "application/json";

http::ServerResponse json_text(int status, std::string body);
http::ServerResponse json_answer(int status, const json::Value& document);
http::ServerResponse text_answer(int status, std::string text);
// A Status object; with Retry-After where the error has one.
http::ServerResponse error_answer(const api::ApiError& error);
// Of a document that rarely changes: 304 when the client has it already. `etag` with its quotes.
http::ServerResponse cached_answer(const http::ServerRequest& request, std::string_view etag, std::string_view type,
                                   const std::string& body);
// One header Warning each, which kubectl prints. At most 20; control characters are left out, long ones cut.
void add_warnings(http::ServerResponse& response, const std::vector<std::string>& warnings);
// What the HTTP server answers by itself.
http::ServerResponse transport_error(int status, std::string_view message);

}  // namespace holdfast::server
