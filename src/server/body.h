// The body of a request as an object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/call.h"
#include "server/parameters.h"

#include "api/object.h"

namespace holdfast::server {

// "application/json; charset=utf-8" -> "application/json".
std::string media_type(std::string_view content_type);

// The object of a POST or PUT: JSON, or for the kinds of Kubernetes itself protobuf. What the kind does not know is an
// error, a warning or nothing, as the client wishes. 415: another format.
api::ApiResult<json::Value> read_object_body(Call& call, const WriteParameters& parameters);

struct DeleteBody {
  std::string uid;
  std::string resource_version;
  bool dry_run = false;
};
// DeleteOptions; an empty body asks for nothing.
api::ApiResult<DeleteBody> read_delete_body(const http::ServerRequest& request);

}  // namespace holdfast::server
