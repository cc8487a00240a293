// Rules of names that become keys. A backup lies under "CLUSTER-CONFIG-TIME": the config "b-x" of cluster "a" and the
// config "x" of cluster "a-b" have the same keys, and the later backup of each slot would find its place taken.
#include <fmt/format.h>

#include "api/causes.h"
#include "api/rule_check.h"
#include "api/rules.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kConfig = "EtcdBackupConfig";
constexpr std::string_view kDefaultBackups = "default-backups";  // what every cluster may have without anybody's doing

struct Split {
  std::string head;
  std::string tail;
};

// At each dash with something on both sides: "a-b-c" is "a" and "b-c", "a-b" and "c".
std::vector<Split> splits(std::string_view name) {
  std::vector<Split> all;
  for (std::size_t dash = name.find('-', 1); dash != std::string_view::npos; dash = name.find('-', dash + 1)) {
    if (dash + 1 < name.size())
      all.push_back({.head = std::string(name.substr(0, dash)), .tail = std::string(name.substr(dash + 1))});
  }
  return all;
}

// Or its namespace, with the backups of one that is gone.
Result<bool> has_cluster(const RuleCheck& check, const std::string& name) {
  HF_ASSIGN(const auto cluster, check.objects().get("Cluster", "", name));
  if (cluster) return true;
  HF_ASSIGN(const auto space, check.objects().get("Namespace", "", cluster_namespace(name)));
  return space.has_value();
}

Result<bool> has_config(const RuleCheck& check, const std::string& cluster, const std::string& name) {
  HF_ASSIGN(const auto config, check.objects().get(kConfig, cluster_namespace(cluster), name));
  return config.has_value();
}

void refuse(RuleCheck& check, std::string_view why) {
  check.refuse(causes::invalid("metadata.name", json::Value(check.text({"metadata", "name"})), why));
}

// Names the other cluster, or what is left of it, to nobody who may not see it.
Status refuse_for(RuleCheck& check, const std::string& cluster, std::string_view why) {
  HF_ASSIGN(auto other, check.objects().get("Cluster", "", cluster));
  if (!other) {
    HF_ASSIGN(other, check.objects().get("Namespace", "", cluster_namespace(cluster)));
  }
  const bool known = check.may_know(other ? text_at(*other, {"metadata", "labels", "project-id"}) : std::string_view());
  refuse(check, known ? why : "backups would have the keys of those of another cluster; choose another name");
  return {};
}

// Clusters whose names go on where that of the config's cluster ends. Whatever configs they have or get.
Status check_longer_clusters(RuleCheck& check, const std::string& cluster, std::string_view config) {
  for (const auto& [head, tail] : splits(config)) {
    const std::string longer = cluster + "-" + head;
    HF_ASSIGN(const bool is_there, has_cluster(check, longer));
    if (!is_there) {
      check.needs_absent("Cluster", longer);
      continue;
    }
    if (config == kDefaultBackups) {
      HF_ASSIGN(const bool same, has_config(check, longer, tail));
      if (!same) continue;
    }
    return refuse_for(check, longer,
                      fmt::format("must not begin with \"{}-\": its backups would have the keys of those of cluster {}",
                                  head, longer));
  }
  return {};
}

// Clusters whose names the config's cluster goes on from, with a config that goes on to the same keys.
Status check_shorter_clusters(RuleCheck& check, const std::string& cluster, std::string_view config) {
  for (const auto& [head, tail] : splits(cluster)) {
    const std::string other = tail + "-" + std::string(config);
    const bool comes_by_itself = other == kDefaultBackups || other == kByHand;
    HF_ASSIGN(const bool is_there, has_cluster(check, head));
    if (!is_there && comes_by_itself) check.needs_absent("Cluster", head);
    if (!is_there) continue;
    HF_ASSIGN(const bool same, has_config(check, head, other));
    if (!same && !comes_by_itself) continue;
    return refuse_for(
        check, head,
        fmt::format("its backups would have the keys of those of {} of cluster {}; choose another name", other, head));
  }
  return {};
}

}  // namespace

Status check_keys_of_config(RuleCheck& check) {
  if (!check.is_new() || check.by_server()) return {};
  const std::string cluster(cluster_of_namespace(check.name_space()));
  if (cluster.empty()) return {};
  const std::string_view name = check.text({"metadata", "name"});
  if (name == kByHand) refuse(check, "backups that were asked for by hand are called so");
  if (!splits(name).empty() || name == splits(kDefaultBackups).front().tail) check.changes_keys();
  HF_TRY(check_longer_clusters(check, cluster, name));
  return check_shorter_clusters(check, cluster, name);
}

Status check_keys_of_cluster(RuleCheck& check) {
  if (!check.is_new()) return {};
  check.depends_on_keys();
  const std::string name(check.text({"metadata", "name"}));
  for (const auto& [head, tail] : splits(name)) {
    HF_ASSIGN(const auto configs, check.objects().list_in(kConfig, cluster_namespace(head)));
    for (const json::Value& each : configs) {
      const std::string_view config = text_at(each, {"metadata", "name"});
      if (config == kDefaultBackups || !config.starts_with(tail + "-")) continue;
      return refuse_for(check, head,
                        fmt::format("backups of {} of cluster {} have keys that backups of this cluster could have; "
                                    "choose another name",
                                    config, head));
    }
  }
  for (const auto& [head, tail] : splits(kDefaultBackups)) {
    HF_ASSIGN(const bool same, has_config(check, name + "-" + head, tail));
    const std::string other = name + "-" + head;
    if (same)
      HF_TRY(refuse_for(check, other,
                        fmt::format("its default backups would have the keys of those of {} of cluster {}; choose "
                                    "another name",
                                    tail, other)));
  }
  return {};
}

}  // namespace holdfast::api
