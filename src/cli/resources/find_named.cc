#include "cli/resources/find_named.h"

#include "api/fields.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view kSpacePrefix = "cluster-";

std::string_view cluster_of(std::string_view name_space) {
  return name_space.starts_with(kSpacePrefix) ? name_space.substr(kSpacePrefix.size()) : name_space;
}

tl::unexpected<Error> ambiguous(const client::Resource& object, const json::Array& items) {
  std::string clusters;
  for (const json::Value& item : items) {
    if (!clusters.empty()) clusters += ", ";
    clusters += cluster_of(api::text_at(item, {"metadata", "namespace"}));
  }
  return with_hint(fail(Code::usage, "several clusters have a {} called {}", object.kind.singular, object.name),
                   "say which one with --cluster: " + clusters);
}

}  // namespace

std::string namespace_of_cluster(std::string_view cluster) {
  return std::string(kSpacePrefix) + std::string(cluster);
}

Result<client::Resource> all_of(client::ApiClient& client, std::string_view word, std::string_view cluster,
                                const std::stop_token& stop) {
  HF_ASSIGN(const client::ResourceKinds* kinds, client.kinds(stop));
  client::Resource all;
  HF_ASSIGN(all.kind, kinds->find(word));
  if (!cluster.empty()) all.name_space = namespace_of_cluster(cluster);
  return all;
}

Result<client::Resource> find_named(client::ApiClient& client, std::string_view word, const std::string& name,
                                    std::string_view cluster, const std::stop_token& stop) {
  HF_ASSIGN(client::Resource object, all_of(client, word, cluster, stop));
  if (!cluster.empty()) {
    object.name = name;
    return object;
  }
  const client::Selection selection{.labels = {}, .fields = "metadata.name=" + name};
  HF_ASSIGN(const json::Value list, client.list(object, selection, client::Form::object, stop));
  object.name = name;
  const json::Array* items = api::array_at(list, {"items"});
  if (items == nullptr || items->empty()) {
    return with_hint(fail(Code::not_found, "there is no {} called {}", object.kind.singular, name),
                     "see what there is with \"holdfast get " + object.kind.plural + " -A\"");
  }
  if (items->size() > 1) return ambiguous(object, *items);
  object.name_space = api::text_at(items->front(), {"metadata", "namespace"});
  return object;
}

}  // namespace holdfast::cli
