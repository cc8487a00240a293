// What the server tells about itself: version, discovery, OpenAPI. Made once.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "server/path.h"

#include "api/kind.h"
#include "api/openapi.h"
#include "http/server/server.h"
#include "model/json.h"

namespace holdfast::server {

// GET /version. Clients decide by the minor version of Kubernetes what they can expect; ours is behind the plus sign.
json::Value version_document();

// Immutable; any thread. Kinds outlive it.
class Documents {
 public:
  // `address`: where clients reach the server, "10.0.0.1:8443".
  Documents(const api::Kinds& kinds, std::string_view address);

  // The answer for a place that is neither a resource nor about health.
  http::ServerResponse answer(const http::ServerRequest& request, const Place& place) const;

 private:
  struct Text {
    std::string body;
    std::string etag;
  };
  static Text text_of(const json::Value& document);
  http::ServerResponse discovery(const http::ServerRequest& request, bool core) const;
  http::ServerResponse group_document(const http::ServerRequest& request, const Place& place) const;
  http::ServerResponse openapi_v2(const http::ServerRequest& request) const;
  http::ServerResponse openapi_v3(const http::ServerRequest& request, std::string_view path) const;

  const api::Kinds& kinds_;
  const api::OpenApiDocuments openapi_;
  Text protobuf_;                                    // the second OpenAPI document
  std::map<std::string, Text, std::less<>> core_;    // by version of aggregated discovery; "": the classic one
  std::map<std::string, Text, std::less<>> groups_;  // the same
};

}  // namespace holdfast::server
