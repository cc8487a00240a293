#include "control/reconcile/retention_preview.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "control/reconcile/config_spec.h"
#include "control/reconcile/entries.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/retention_plan.h"
#include "control/retention/preview.h"
#include "control/retention/rules.h"

namespace holdfast::control {
namespace {

std::vector<std::string> names_of(const std::vector<const json::Value*>& backups) {
  std::vector<std::string> names;
  for (const json::Value* each : backups)
    names.emplace_back(name_of(*each));
  return names;
}

}  // namespace

std::vector<std::string> preview_config(const json::Value& wanted, const ClusterView& view, Instant now) {
  const auto spec = read_config(wanted);
  if (!spec) return {};
  const auto there = std::find_if(view.configs.begin(), view.configs.end(),
                                  [&](const json::Value& each) { return name_of(each) == name_of(wanted); });
  std::optional<ConfigSpec> before;
  if (there != view.configs.end()) {
    if (auto read = read_config(*there)) before = std::move(*read);
  }
  const auto backups = backups_of(wanted, view);
  const std::vector<BackupFacts> facts =
      backup_facts(backups, there == view.configs.end() ? json::Value() : *there, view);
  const RetentionPreview seen = preview(before ? &before->policy : nullptr, spec->policy, facts, now);
  return preview_in_words(seen, spec->policy, names_of(backups));
}

std::string preview_backup(std::string_view config, const ClusterView& view, Instant now) {
  const auto there = std::find_if(view.configs.begin(), view.configs.end(),
                                  [&](const json::Value& each) { return name_of(each) == config; });
  if (there == view.configs.end()) return "";
  const auto spec = read_config(*there);
  if (!spec) return "";
  const auto backups = backups_of(*there, view);
  std::vector<BackupFacts> facts = backup_facts(backups, *there, view);
  std::optional<std::size_t> newest;
  std::uint64_t made = 0;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    made = std::max(made, facts[i].made);
    if (facts[i].state != BackupState::good || facts[i].slot > now) continue;
    if (!newest || facts[i].slot >= facts[*newest].slot) newest = i;
  }
  if (!newest) return "";
  const std::string_view etcd = etcd_of_cluster(view.cluster);
  facts.push_back(
      {.name = "", .etcd = etcd.empty() ? facts[*newest].etcd : std::string(etcd), .slot = now, .made = made + 1});
  const std::vector<std::size_t> removals = decide(spec->policy, facts, now).removals;
  if (std::find(removals.begin(), removals.end(), *newest) == removals.end()) return "";
  return fmt::format("when it is stored, the one before it, {}, is removed (beyond {}); pinned it would stay",
                     name_of(*backups[*newest]), rules_in_words(spec->policy));
}

}  // namespace holdfast::control
