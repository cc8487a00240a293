#include "cli/resources/find_named.h"

#include "client/self.h"

#include "api/fields.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view kSpacePrefix = "cluster-";

// What our commands call a kind.
std::string word_of(const client::ResourceKind& kind) {
  return kind.kind == "EtcdBackupConfig" ? "schedule" : kind.singular;
}

tl::unexpected<Error> ambiguous(const client::Resource& object, const json::Array& items) {
  std::string clusters;
  for (const json::Value& item : items) {
    if (!clusters.empty()) clusters += ", ";
    clusters += cluster_of_namespace(api::text_at(item, {"metadata", "namespace"}));
  }
  return with_hint(fail(Code::usage, "several clusters have a {} called {}", object.kind.singular, object.name),
                   "say which one with --cluster: " + clusters);
}

}  // namespace

std::string namespace_of_cluster(std::string_view cluster) {
  return std::string(kSpacePrefix) + std::string(cluster);
}

std::string_view cluster_of_namespace(std::string_view name_space) {
  return name_space.starts_with(kSpacePrefix) ? name_space.substr(kSpacePrefix.size()) : name_space;
}

Status check_cluster(client::ApiClient& client, const std::string& cluster, const std::stop_token& stop) {
  HF_ASSIGN(const client::Resource resource, client.resource("clusters.kubermatic.k8c.io", "", cluster, stop));
  const auto found = client.get(resource, client::Form::object, stop);
  if (found || found.error().code != Code::not_found) return {};
  return with_hint(fail(Code::not_found, "there is no cluster {}", cluster), "\"holdfast cluster list\" shows them");
}

Result<bool> is_left_behind(client::ApiClient& client, const client::Resource& all, const std::string& cluster,
                            const std::stop_token& stop) {
  Status there = check_cluster(client, cluster, stop);
  if (there) return false;
  HF_ASSIGN(const json::Value list, client.list(all, {}, client::Form::object, stop));
  if (api::array_at(list, {"items"})->empty()) return tl::unexpected(std::move(there).error());
  return true;
}

Error chosen_instead(Error error, client::ApiClient& client, std::string_view instead, const std::stop_token& stop) {
  const bool everything =
      error.code == Code::refused && error.message.find("at the cluster scope") != std::string::npos;
  if (!everything) return error;
  const auto self = client::who_am_i(client, stop);
  if (!self) return error;
  std::string projects;
  for (const auto& [project, role] : self->projects)
    projects += fmt::format("{}{} ({})", projects.empty() ? "" : ", ", project, role);
  error.hint = projects.empty() ? "you have no role in any project: ask an administrator for one"
                                : fmt::format("{}; your projects: {}", instead, projects);
  return error;
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
  auto list = client.list(object, selection, client::Form::object, stop);
  if (!list)
    return tl::unexpected(
        chosen_instead(std::move(list).error(), client, "say which cluster's with --cluster NAME", stop));
  object.name = name;
  const json::Array* items = api::array_at(*list, {"items"});
  if (items == nullptr || items->empty()) {
    return with_hint(fail(Code::not_found, "there is no {} called {}", object.kind.singular, name),
                     fmt::format("\"holdfast {} list\" shows what there is", word_of(object.kind)));
  }
  if (items->size() > 1) return ambiguous(object, *items);
  object.name_space = api::text_at(items->front(), {"metadata", "namespace"});
  return object;
}

}  // namespace holdfast::cli
