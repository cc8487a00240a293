#include "api/discovery.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/sha256.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kEtagBytes = 16;

json::Array texts(const std::vector<std::string>& values) {
  json::Array array;
  for (const std::string& each : values)
    array.emplace_back(each);
  return array;
}

json::Array status_verbs() {
  return {"get", "patch", "update"};
}

json::Object version_entry(const GroupVersion& group_version) {
  return {{"groupVersion", group_version.to_string()}, {"version", group_version.version}};
}

std::vector<GroupVersion> versions_of(const Kinds& kinds, std::string_view group) {
  std::vector<GroupVersion> versions = kinds.group_versions();
  std::erase_if(versions, [&](const GroupVersion& each) { return each.group != group; });
  return versions;
}

// In the order of the kinds, without the core group.
std::vector<std::string> group_names(const Kinds& kinds) {
  std::vector<std::string> names;
  for (const GroupVersion& each : kinds.group_versions()) {
    if (!each.group.empty() && std::find(names.begin(), names.end(), each.group) == names.end())
      names.push_back(each.group);
  }
  return names;
}

// The first version is the preferred one.
json::Object group_entry(const Kinds& kinds, std::string_view group) {
  json::Array versions;
  for (const GroupVersion& each : versions_of(kinds, group))
    versions.push_back(version_entry(each));
  const json::Value preferred = versions.front();
  return {{"name", group}, {"versions", std::move(versions)}, {"preferredVersion", preferred}};
}

json::Object resource_entry(const Kind& kind) {
  json::Object entry{{"name", kind.plural},
                     {"singularName", kind.singular},
                     {"namespaced", kind.namespaced},
                     {"kind", kind.kind},
                     {"verbs", texts(kind.verbs)}};
  if (!kind.short_names.empty()) entry["shortNames"] = texts(kind.short_names);
  if (!kind.categories.empty()) entry["categories"] = texts(kind.categories);
  return entry;
}

json::Object status_entry(const Kind& kind) {
  return {{"name", kind.plural + "/status"},
          {"singularName", ""},
          {"namespaced", kind.namespaced},
          {"kind", kind.kind},
          {"verbs", status_verbs()}};
}

json::Object response_kind(const Kind& kind) {
  return {{"group", kind.group_version.group}, {"version", kind.group_version.version}, {"kind", kind.kind}};
}

json::Object aggregated_resource(const Kind& kind) {
  json::Object entry{{"resource", kind.plural},
                     {"responseKind", response_kind(kind)},
                     {"scope", kind.namespaced ? "Namespaced" : "Cluster"},
                     {"singularResource", kind.singular},
                     {"verbs", texts(kind.verbs)}};
  if (!kind.short_names.empty()) entry["shortNames"] = texts(kind.short_names);
  if (!kind.categories.empty()) entry["categories"] = texts(kind.categories);
  if (kind.status_subresource) {
    entry["subresources"] = json::Array{
        json::Object{{"subresource", "status"}, {"responseKind", response_kind(kind)}, {"verbs", status_verbs()}}};
  }
  return entry;
}

json::Object aggregated_group(const Kinds& kinds, std::string_view group) {
  json::Array versions;
  for (const GroupVersion& each : versions_of(kinds, group)) {
    json::Array resources;
    for (const Kind& kind : kinds.all()) {
      if (kind.group_version == each) resources.push_back(aggregated_resource(kind));
    }
    versions.push_back(
        json::Object{{"version", each.version}, {"resources", std::move(resources)}, {"freshness", "Current"}});
  }
  json::Object metadata;
  if (!group.empty()) metadata["name"] = group;
  return {{"metadata", std::move(metadata)}, {"versions", std::move(versions)}};
}

}  // namespace

json::Value api_versions(const Kinds& kinds, std::string_view address) {
  json::Array versions;
  for (const GroupVersion& each : versions_of(kinds, ""))
    versions.emplace_back(each.version);
  const json::Object everybody{{"clientCIDR", "0.0.0.0/0"}, {"serverAddress", address}};
  return json::Object{{"kind", "APIVersions"},
                      {"versions", std::move(versions)},
                      {"serverAddressByClientCIDRs", json::Array{everybody}}};
}

json::Value api_groups(const Kinds& kinds) {
  json::Array groups;
  for (const std::string& name : group_names(kinds))
    groups.push_back(group_entry(kinds, name));
  return json::Object{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
}

std::optional<json::Value> api_group(const Kinds& kinds, std::string_view group) {
  if (group.empty() || versions_of(kinds, group).empty()) return std::nullopt;
  json::Object document{{"kind", "APIGroup"}, {"apiVersion", "v1"}};
  for (const auto& member : group_entry(kinds, group))
    document[member.key()] = member.value();
  return document;
}

std::optional<json::Value> api_resources(const Kinds& kinds, const GroupVersion& group_version) {
  json::Array resources;
  for (const Kind& kind : kinds.all()) {
    if (kind.group_version != group_version) continue;
    resources.push_back(resource_entry(kind));
    if (kind.status_subresource) resources.push_back(status_entry(kind));
  }
  if (resources.empty()) return std::nullopt;
  return json::Object{{"kind", "APIResourceList"},
                      {"apiVersion", "v1"},
                      {"groupVersion", group_version.to_string()},
                      {"resources", std::move(resources)}};
}

json::Value aggregated_discovery(const Kinds& kinds, bool core, std::string_view version) {
  json::Array items;
  if (core) {
    items.push_back(aggregated_group(kinds, ""));
  } else {
    for (const std::string& name : group_names(kinds))
      items.push_back(aggregated_group(kinds, name));
  }
  return json::Object{{"kind", "APIGroupDiscoveryList"},
                      {"apiVersion", "apidiscovery.k8s.io/" + std::string(version)},
                      {"metadata", json::Object()},
                      {"items", std::move(items)}};
}

std::string etag_of(std::string_view bytes) {
  return '"' + to_hex(ByteView(Sha256::of(as_bytes(bytes))).first(kEtagBytes)) + '"';
}

}  // namespace holdfast::api
