// What a request is about, as far as its path tells. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/kind.h"

namespace holdfast::server {

enum class Endpoint {
  unknown,           // nothing of ours: 404
  root,              // /
  health,            // /healthz, /livez, /readyz
  metrics,           // /metrics
  version,           // /version
  core_versions,     // /api
  groups,            // /apis
  group,             // /apis/GROUP
  resources,         // /api/v1, /apis/GROUP/VERSION
  openapi_v2,        // /openapi/v2
  openapi_v3_index,  // /openapi/v3
  openapi_v3,        // /openapi/v3/…
  resource,          // objects
};

struct Place {
  Endpoint endpoint = Endpoint::unknown;
  std::string word;                 // of health: "readyz"; of group: its name; of openapi_v3: what follows it
  api::GroupVersion group_version;  // of resources

  // Of a resource:
  const api::Kind* kind = nullptr;
  std::string name_space;   // empty: none, or all
  std::string name;         // empty: the whole collection
  std::string subresource;  // "status" or empty
};

// `path` is decoded and begins with '/'. One slash at the end makes no difference.
//   /api/v1/PLURAL[/NAME[/status]]                        kinds that lie in no namespace; the list of all of one
//   /api/v1/namespaces/NAMESPACE/PLURAL[/NAME[/status]]   kinds that lie in one
// and the same below /apis/GROUP/VERSION.
Place read_path(const api::Kinds& kinds, std::string_view path);

// "status", or what only some kinds have ("download", "credential").
bool has_subresource(const api::Kind& kind, std::string_view subresource);

}  // namespace holdfast::server
