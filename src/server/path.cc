#include "server/path.h"

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "server/downloads.h"

#include "api/launcher_token.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostSegments = 10;  // more than any path of ours has
constexpr std::string_view kNamespaces = "namespaces";

using Segments = std::span<const std::string_view>;

// Empty for a path that has empty parts in the middle or too many.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    if (segment.empty() || segments.size() == kMostSegments) return {};
    segments.push_back(segment);
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Place only(Endpoint endpoint, std::string_view word = "") {
  Place place;
  place.endpoint = endpoint;
  place.word = std::string(word);
  return place;
}

// `rest`: [PLURAL, NAME, SUBRESOURCE], of which the first is there.
Place read_object(const api::Kinds& kinds, const api::GroupVersion& group_version, std::string_view name_space,
                  Segments rest) {
  if (rest.size() > 3) return {};
  const api::Kind* kind = kinds.find(group_version.group, group_version.version, rest[0]);
  if (kind == nullptr) return {};
  const bool in_namespace = !name_space.empty();
  if (in_namespace && !kind->namespaced) return {};
  if (!in_namespace && kind->namespaced && rest.size() > 1) return {};
  if (rest.size() == 3 && !has_subresource(*kind, rest[2])) return {};
  Place place = only(Endpoint::resource);
  place.kind = kind;
  place.name_space = std::string(name_space);
  if (rest.size() > 1) place.name = std::string(rest[1]);
  if (rest.size() > 2) place.subresource = std::string(rest[2]);
  return place;
}

// What follows /api/v1 or /apis/GROUP/VERSION.
Place read_rest(const api::Kinds& kinds, api::GroupVersion group_version, Segments rest) {
  if (rest.empty()) {
    Place place = only(Endpoint::resources);
    place.group_version = std::move(group_version);
    return place;
  }
  if (rest[0] != kNamespaces || rest.size() < 3) return read_object(kinds, group_version, "", rest);
  // The namespace itself, or something in a namespace? "status" is no kind.
  const bool of_namespace = group_version.group.empty() && rest.size() == 3 && rest[2] == "status";
  if (of_namespace) return read_object(kinds, group_version, "", rest);
  return read_object(kinds, group_version, rest[1], rest.subspan(2));
}

Place read_openapi(std::string_view path, Segments segments) {
  if (segments.size() == 2 && segments[1] == "v2") return only(Endpoint::openapi_v2);
  if (segments.size() < 2 || segments[1] != "v3") return {};
  if (segments.size() == 2) return only(Endpoint::openapi_v3_index);
  constexpr std::string_view kPrefix = "/openapi/v3/";
  return only(Endpoint::openapi_v3, path.substr(kPrefix.size()));
}

bool is_health(std::string_view segment) {
  constexpr std::array<std::string_view, 3> kWords{"healthz", "livez", "readyz"};
  return std::find(kWords.begin(), kWords.end(), segment) != kWords.end();
}

}  // namespace

bool has_subresource(const api::Kind& kind, std::string_view subresource) {
  if (subresource == kDownload) return kind.kind == "Backup";
  if (subresource == api::kCredential) return kind.kind == "Launcher";
  return subresource == "status" && kind.status_subresource;
}

Place read_path(const api::Kinds& kinds, std::string_view path) {
  if (path == "/") return only(Endpoint::root);
  const std::vector<std::string_view> all = split(path);
  if (all.empty()) return {};
  const Segments segments(all);
  if (segments.size() == 1 && is_health(segments[0])) return only(Endpoint::health, segments[0]);
  if (segments.size() == 1 && segments[0] == "metrics") return only(Endpoint::metrics);
  if (segments.size() == 1 && segments[0] == "version") return only(Endpoint::version);
  if (segments[0] == "openapi") return read_openapi(path, segments);
  if (segments[0] == "api") {
    if (segments.size() == 1) return only(Endpoint::core_versions);
    return read_rest(kinds, {.group = "", .version = std::string(segments[1])}, segments.subspan(2));
  }
  if (segments[0] != "apis") return {};
  if (segments.size() == 1) return only(Endpoint::groups);
  if (segments.size() == 2) return only(Endpoint::group, segments[1]);
  return read_rest(kinds, {.group = std::string(segments[1]), .version = std::string(segments[2])},
                   segments.subspan(3));
}

}  // namespace holdfast::server
