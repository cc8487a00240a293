#include "api/rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/names.h"
#include "api/object.h"
#include "api/rule_check.h"

namespace holdfast::api {
namespace {

constexpr std::string_view kNamespacePrefix = "cluster-";

struct KindRule {
  std::string_view group;
  std::string_view kind;
  Status (*check)(RuleCheck&);
};

constexpr std::array<KindRule, 12> kRules{{{"", "ConfigMap", check_config_map},
                                           {"", "Secret", check_secret},
                                           {"holdfast.dev", "Backup", check_backup},
                                           {"holdfast.dev", "Launcher", check_launcher},
                                           {"holdfast.dev", "Member", check_member},
                                           {"holdfast.dev", "Operation", check_operation},
                                           {"holdfast.dev", "Token", check_token},
                                           {"kubermatic.k8c.io", "Cluster", check_cluster},
                                           {"kubermatic.k8c.io", "EtcdBackupConfig", check_backup_config},
                                           {"kubermatic.k8c.io", "EtcdRestore", check_restore},
                                           {"kubermatic.k8c.io", "KubermaticConfiguration", check_configuration},
                                           {"kubermatic.k8c.io", "Seed", check_seed}}};

}  // namespace

bool RuleCheck::changed(FieldNames names) const {
  if (input_.before == nullptr) return true;
  const json::Value* was = field_at(*input_.before, names);
  const json::Value* is = field_at(input_.object, names);
  if (was == nullptr || is == nullptr) return was != is;
  return *was != *is;
}

void RuleCheck::refuse(Cause cause) {
  if (outcome_.causes.size() < kMostNamed) outcome_.causes.push_back(std::move(cause));
}

void RuleCheck::warn(std::string text) {
  if (outcome_.warnings.size() < kMostNamed) outcome_.warnings.push_back(std::move(text));
}

void RuleCheck::needs_absent(std::string_view kind, std::string_view name) {
  outcome_.absent.push_back({.kind = std::string(kind), .name = std::string(name)});
}

void check_duration(RuleCheck& check, const std::string& path, std::string_view text, Duration least, Duration most) {
  if (text.empty()) return;
  const auto duration = parse_duration(text);
  if (!duration)
    return check.refuse(causes::invalid(path, json::Value(text), "must be a duration such as 20m or 1h30m"));
  if (*duration == Duration::zero() || (*duration >= least && *duration <= most)) return;
  check.refuse(
      causes::invalid(path, json::Value(text),
                      fmt::format("must be between {} and {}", format_duration(least), format_duration(most))));
}

Result<RuleOutcome> check_rules(const RuleInput& input, const Objects& objects, const RuleHooks& hooks) {
  RuleCheck check(input, objects, hooks);
  for (const KindRule& rule : kRules) {
    if (rule.kind == input.kind.kind && rule.group == input.kind.group_version.group) HF_TRY(rule.check(check));
  }
  return check.take();
}

std::string cluster_namespace(std::string_view cluster) {
  return std::string(kNamespacePrefix) + std::string(cluster);
}

std::string_view cluster_of_namespace(std::string_view name_space) {
  return name_space.starts_with(kNamespacePrefix) ? name_space.substr(kNamespacePrefix.size()) : std::string_view();
}

bool is_destination_name(std::string_view name) {
  return name.size() <= kMaxLabel && is_dns_subdomain(name);
}

const json::Value* seed_of(const json::Value& cluster, const std::vector<json::Value>& seeds) {
  const std::string_view named = text_at(cluster, {"spec", "seed"});
  for (const json::Value& seed : seeds) {
    if (!named.empty() && text_at(seed, {"metadata", "name"}) == named) return &seed;
  }
  if (!named.empty()) return nullptr;
  const std::string_view data_centre = text_at(cluster, {"spec", "cloud", "dc"});
  for (const json::Value& seed : seeds) {
    if (!data_centre.empty() && field_at(seed, {"spec", "datacenters", data_centre}) != nullptr) return &seed;
  }
  const auto older = [](const json::Value& one, const json::Value& other) {
    const auto age = [](const json::Value& seed) {
      return std::pair(text_at(seed, {"metadata", "creationTimestamp"}), text_at(seed, {"metadata", "name"}));
    };
    return age(one) < age(other);
  };
  const auto oldest = std::min_element(seeds.begin(), seeds.end(), older);
  return oldest == seeds.end() ? nullptr : &*oldest;
}

std::vector<std::string> destination_names(const json::Value& seed) {
  std::vector<std::string> names;
  if (const json::Object* destinations = object_at(seed, {"spec", "etcdBackupRestore", "destinations"})) {
    for (const auto& each : *destinations)
      names.emplace_back(each.key());
  }
  return names;
}

}  // namespace holdfast::api
