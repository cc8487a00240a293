#include "server/monitor/request_labels.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "server/action.h"
#include "server/path.h"

namespace holdfast::server {
namespace {

std::string_view word_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::health:
      return "health";
    case Endpoint::metrics:
      return "metrics";
    case Endpoint::version:
      return "version";
    case Endpoint::root:
    case Endpoint::core_versions:
    case Endpoint::groups:
    case Endpoint::group:
    case Endpoint::resources:
      return "discovery";
    case Endpoint::openapi_v2:
    case Endpoint::openapi_v3_index:
    case Endpoint::openapi_v3:
      return "openapi";
    case Endpoint::unknown:
    case Endpoint::resource:
      break;
  }
  return "unknown";
}

// A client can send any word as its method.
std::string_view verb_of_method(std::string_view method) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMethods{{{"GET", "get"},
                                                                                   {"HEAD", "get"},
                                                                                   {"POST", "create"},
                                                                                   {"PUT", "update"},
                                                                                   {"PATCH", "patch"},
                                                                                   {"DELETE", "delete"}}};
  const auto found =
      std::find_if(kMethods.begin(), kMethods.end(), [&](const auto& each) { return each.first == method; });
  return found == kMethods.end() ? "other" : found->second;
}

}  // namespace

RequestLabels labels_of(const api::Kinds& kinds, const http::ServerRequest& request) {
  const Place place = read_path(kinds, request.path);
  RequestLabels labels{.verb = std::string(verb_of_method(request.method)),
                       .resource = std::string(word_of(place.endpoint))};
  if (place.endpoint != Endpoint::resource) return labels;
  labels.resource = place.kind->plural;
  if (const auto action = read_action(place, request.method, is_set(request, "watch")))
    labels.verb = std::string(verb_name(action->verb));
  return labels;
}

}  // namespace holdfast::server
