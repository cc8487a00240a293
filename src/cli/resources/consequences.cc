#include "cli/resources/consequences.h"

#include <algorithm>
#include <map>
#include <set>

#include "api/fields.h"
#include "api/rules.h"
#include "cli/resources/find_named.h"

namespace holdfast::cli {
namespace {

using client::ApiClient;
using client::Resource;

constexpr const char* kBackups = "backups.holdfast.dev";
constexpr const char* kSeeds = "seeds.kubermatic.k8c.io";
constexpr const char* kConfigs = "etcdbackupconfigs.kubermatic.k8c.io";

bool is_kind(const Resource& resource, std::string_view qualified_plural) {
  return resource.kind.qualified_plural() == qualified_plural;
}

bool is_good(const json::Value& backup) {
  const std::string_view phase = api::text_at(backup, {"status", "phase"});
  const bool whole = phase == "Completed" || phase == "Unverified";
  return whole && api::text_at(backup, {"metadata", "deletionTimestamp"}).empty() &&
         !api::flag_at(backup, {"status", "foreign"});
}

// With an empty namespace those of all.
json::Array all_in(ApiClient& client, const char* word, const std::string& name_space, const std::string& fields,
                   const std::stop_token& stop) {
  const auto resource =
      name_space.empty() ? all_of(client, word, "", stop) : client.resource(word, name_space, "", stop);
  if (!resource) return {};
  auto list = client.list(*resource, {.labels = {}, .fields = fields}, client::Form::object, stop);
  if (!list) return {};
  return std::move(list->get_object()["items"].get_array());
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string fate_of(std::size_t backups, const json::Value& object) {
  if (backups == 0) return "";
  const std::string them = counted(backups, "backup");
  if (api::text_at(object, {"spec", "deletionPolicy"}) == "Delete")
    return fmt::format("its {} {} deleted, too (deletionPolicy: Delete); pinned ones stay", them,
                       backups == 1 ? "is" : "are");
  return fmt::format("its {} {}", them, backups == 1 ? "stays" : "stay");
}

std::vector<std::string> of_cluster(ApiClient& client, const DoomedObject& one, const std::stop_token& stop) {
  const std::string name_space = namespace_of_cluster(one.resource.name);
  std::vector<std::string> sentences;
  const std::size_t configs = all_in(client, kConfigs, name_space, "", stop).size();
  if (configs > 0)
    sentences.push_back(fmt::format("its {} go{} with it", counted(configs, "schedule"), configs == 1 ? "es" : ""));
  sentences.push_back(fate_of(all_in(client, kBackups, name_space, "", stop).size(), one.object));
  sentences.push_back(fmt::format("its etcd and the namespace {} stay", name_space));
  std::erase(sentences, "");
  return sentences;
}

std::vector<std::string> of_config(ApiClient& client, const DoomedObject& one, const std::stop_token& stop) {
  const json::Array backups =
      all_in(client, kBackups, one.resource.name_space, "spec.config=" + one.resource.name, stop);
  std::vector<std::string> sentences{fate_of(backups.size(), one.object), comes_back(one)};
  std::erase(sentences, "");
  return sentences;
}

// What belongs to a Seed stops with it, unless another one takes it over.
std::vector<std::string> of_seed(ApiClient& client, const DoomedObject& one, const std::stop_token& stop) {
  const std::string& name = one.resource.name;
  std::vector<json::Value> left;
  for (json::Value& each : all_in(client, kSeeds, one.resource.name_space, "", stop)) {
    if (api::text_at(each, {"metadata", "name"}) != name) left.push_back(std::move(each));
  }
  std::vector<json::Value> all = left;
  all.push_back(one.object);
  std::size_t stopped = 0;
  std::map<std::string, std::size_t> taken_over;  // by the Seed that they get
  for (const json::Value& cluster : all_in(client, "clusters.kubermatic.k8c.io", "", "", stop)) {
    const json::Value* seed = api::seed_of(cluster, all);
    if (seed == nullptr || api::text_at(*seed, {"metadata", "name"}) != name) continue;
    const json::Value* next = api::seed_of(cluster, left);
    ++(next == nullptr ? stopped : taken_over[std::string(api::text_at(*next, {"metadata", "name"}))]);
  }
  const json::Array backups = all_in(client, kBackups, "", "", stop);
  const auto lost = static_cast<std::size_t>(std::ranges::count_if(
      backups, [&](const json::Value& each) { return api::text_at(each, {"spec", "seed"}) == name; }));
  std::vector<std::string> sentences;
  if (stopped > 0)
    sentences.push_back(fmt::format("{} {} left without a Seed: no backups of {} any more", counted(stopped, "cluster"),
                                    stopped == 1 ? "is" : "are", stopped == 1 ? "it" : "them"));
  for (const auto& [seed, count] : taken_over)
    sentences.push_back(fmt::format("{} then belong{} to the Seed {}, with its destinations", counted(count, "cluster"),
                                    count == 1 ? "s" : "", seed));
  if (lost > 0)
    sentences.push_back(fmt::format("{} stay{} where {}, out of the server's reach until the Seed is there again",
                                    counted(lost, "backup"), lost == 1 ? "s" : "", lost == 1 ? "it is" : "they are"));
  return sentences;
}

}  // namespace

// The server marks the config it makes for every cluster, and says in it when it no longer wants it.
std::string comes_back(const DoomedObject& one) {
  const bool made_by_server =
      api::field_at(one.object, {"metadata", "labels", "holdfast.dev/default-backups"}) != nullptr;
  const bool wanted = api::field_at(one.object, {"metadata", "annotations",
                                                 "holdfast.dev/suspended-without-default-destination"}) == nullptr;
  if (!is_kind(one.resource, kConfigs) || one.resource.name != "default-backups" || !made_by_server || !wanted)
    return "";
  return fmt::format(
      "the server makes it again as long as the Seed has a default destination; \"holdfast schedule suspend {} "
      "--cluster {}\" stops it",
      one.resource.name, cluster_of_namespace(one.resource.name_space));
}

bool is_backup(const Resource& resource) {
  return is_kind(resource, kBackups);
}

Status check_not_pinned(const std::vector<DoomedObject>& doomed) {
  for (const DoomedObject& one : doomed) {
    if (!is_backup(one.resource) || !api::flag_at(one.object, {"spec", "pinned"})) continue;
    const std::string_view reason = api::text_at(one.object, {"spec", "pinReason"});
    const std::string why = reason.empty() ? "" : fmt::format(" (\"{}\")", reason);
    const std::string others = doomed.size() == 1 ? "" : "; nothing was deleted";
    return with_hint(fail(Code::refused, "{} is pinned{}{}", one.resource.name, why, others),
                     fmt::format("\"holdfast backup unpin {} --cluster {}\", when it need not be kept any more",
                                 one.resource.name, cluster_of_namespace(one.resource.name_space)));
  }
  return {};
}

std::vector<std::string> left_without_backup(ApiClient& client, const std::vector<DoomedObject>& doomed,
                                             const std::stop_token& stop) {
  std::map<std::string, std::set<std::string>> going;  // names by namespace
  for (const DoomedObject& one : doomed) {
    if (is_backup(one.resource) && is_good(one.object)) going[one.resource.name_space].insert(one.resource.name);
  }
  std::vector<std::string> clusters;
  for (const auto& [name_space, names] : going) {
    const json::Array all = all_in(client, kBackups, name_space, "", stop);
    const bool left = std::ranges::any_of(all, [&](const json::Value& each) {
      return is_good(each) && !names.contains(std::string(api::text_at(each, {"metadata", "name"})));
    });
    if (!left) clusters.emplace_back(cluster_of_namespace(name_space));
  }
  return clusters;
}

std::vector<std::string> consequences(ApiClient& client, const DoomedObject& one, const std::stop_token& stop) {
  if (is_kind(one.resource, "clusters.kubermatic.k8c.io")) return of_cluster(client, one, stop);
  if (is_kind(one.resource, kConfigs)) return of_config(client, one, stop);
  if (is_kind(one.resource, kSeeds)) return of_seed(client, one, stop);
  return {};
}

}  // namespace holdfast::cli
