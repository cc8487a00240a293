#include "server/documents.h"

#include <fmt/format.h>

#include "server/answer.h"
#include "server/openapi_protobuf.h"

#include "api/accept.h"
#include "api/discovery.h"
#include "model/version.h"

namespace holdfast::server {
namespace {

// The Kubernetes whose dialect we speak.
constexpr std::string_view kMinor = "32";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

http::ServerResponse not_acceptable() {
  return error_answer(api::not_acceptable({std::string(kJson)}));
}

std::string in_quotes(const std::string& hash) {
  return '"' + hash + '"';
}

}  // namespace

json::Value version_document() {
  return json::Object{{"major", "1"},
                      {"minor", kMinor},
                      {"gitVersion", fmt::format("v1.{}.0+holdfast.{}", kMinor, kVersion)},
                      {"gitCommit", ""},
                      {"gitTreeState", "clean"},
                      {"buildDate", "1970-01-01T00:00:00Z"},
                      {"goVersion", "none"},
                      {"compiler", "g++"},
                      {"platform", "linux/amd64"}};
}

Documents::Text Documents::text_of(const json::Value& document) {
  Text text{.body = json::to_string(document) + "\n", .etag = {}};
  text.etag = api::etag_of(text.body);
  return text;
}

Documents::Documents(const api::Kinds& kinds, std::string_view address) : kinds_(kinds), openapi_(kinds) {
  core_[""] = text_of(api::api_versions(kinds, address));
  groups_[""] = text_of(api::api_groups(kinds));
  protobuf_.body = openapi_protobuf(api::openapi_v2(kinds));
  protobuf_.etag = api::etag_of(protobuf_.body);
  for (const std::string version : {"v2", "v2beta1"}) {
    core_[version] = text_of(api::aggregated_discovery(kinds, true, version));
    groups_[version] = text_of(api::aggregated_discovery(kinds, false, version));
  }
}

http::ServerResponse Documents::discovery(const http::ServerRequest& request, bool core) const {
  const auto version = api::negotiate_discovery(request.header("Accept"));
  if (!version) return not_acceptable();
  const Text& text = (core ? core_ : groups_).at(*version);
  return cached_answer(request, text.etag, api::discovery_content_type(*version), text.body);
}

http::ServerResponse Documents::group_document(const http::ServerRequest& request, const Place& place) const {
  const auto document = place.endpoint == Endpoint::group ? api::api_group(kinds_, place.word)
                                                          : api::api_resources(kinds_, place.group_version);
  if (!document) return error_answer(api::unknown_path());
  const Text text = text_of(*document);
  return cached_answer(request, text.etag, kJson, text.body);
}

http::ServerResponse Documents::openapi_v2(const http::ServerRequest& request) const {
  if (api::wants_protobuf(request.header("Accept"))) {
    return cached_answer(request, protobuf_.etag, api::kEmptyProtobufType, protobuf_.body);
  }
  return cached_answer(request, in_quotes(openapi_.v2().hash), kJson, openapi_.v2().body);
}

// With the right hash the answer may be kept for ever; with a wrong one the client is sent to the right one.
http::ServerResponse Documents::openapi_v3(const http::ServerRequest& request, std::string_view path) const {
  if (path.ends_with('/')) path.remove_suffix(1);
  const api::OpenApiDocuments::Document* document = openapi_.find(path);
  if (document == nullptr) return error_answer(api::unknown_path());
  const std::string hash = request.parameter("hash").value_or("");
  if (!hash.empty() && hash != document->hash) {
    http::ServerResponse response = text_answer(301, "");
    response.headers.push_back({"Location", openapi_.url(path).value_or("")});
    return response;
  }
  http::ServerResponse response = cached_answer(request, in_quotes(document->hash), kJson, document->body);
  if (!hash.empty()) response.headers.push_back({"Cache-Control", std::string(kForEver)});
  return response;
}

http::ServerResponse Documents::answer(const http::ServerRequest& request, const Place& place) const {
  switch (place.endpoint) {
    case Endpoint::root:
      return json_answer(
          200, json::Object{{"paths", json::Array{"/api", "/apis", "/healthz", "/livez", "/metrics", "/openapi/v2",
                                                  "/openapi/v3", "/readyz", "/version"}}});
    case Endpoint::version:
      return json_answer(200, version_document());
    case Endpoint::core_versions:
      return discovery(request, true);
    case Endpoint::groups:
      return discovery(request, false);
    case Endpoint::group:
    case Endpoint::resources:
      return group_document(request, place);
    case Endpoint::openapi_v2:
      return openapi_v2(request);
    case Endpoint::openapi_v3_index:
      return cached_answer(request, in_quotes(openapi_.index().hash), kJson, openapi_.index().body);
    case Endpoint::openapi_v3:
      return openapi_v3(request, place.word);
    case Endpoint::health:
    case Endpoint::metrics:
    case Endpoint::resource:
    case Endpoint::unknown:
      break;
  }
  return error_answer(api::unknown_path());
}

}  // namespace holdfast::server
