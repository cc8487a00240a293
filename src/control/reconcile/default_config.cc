#include "control/reconcile/default_config.h"

#include <algorithm>

#include "control/duration.h"
#include "control/reconcile/backup_target.h"
#include "control/retention/policy.h"

namespace holdfast::control {
namespace {

using std::chrono::minutes;

constexpr minutes kDefaultInterval{20};
constexpr std::string_view kProjectLabel = "project-id";
constexpr std::string_view kDefaultLabel = "holdfast.dev/default-backups";

minutes interval_at(std::string_view text) {
  if (text.empty()) return minutes(0);
  const auto span = parse_go_duration(text);
  if (!span || *span <= std::chrono::nanoseconds(0)) return minutes(0);
  return std::max(std::chrono::round<minutes>(*span), minutes(1));
}

void fill(json::Value& config, const ClusterView& view) {
  json::Object& spec = member_of(config, "spec");
  if (!spec.contains("name")) spec["name"] = kDefaultConfigName;
  json::Object& cluster = member_of(spec, "cluster");
  cluster["apiVersion"] = kClusterType.api_version;
  cluster["kind"] = kClusterType.kind;
  cluster["name"] = view.name;
  if (!uid_of(view.cluster).empty()) cluster["uid"] = uid_of(view.cluster);
  spec["schedule"] = default_schedule(view.seed, view.configuration);
  spec["keep"] = default_keep(view.seed, view.configuration);
  spec["destination"] = default_destination(view.seed);
  json::Object& labels = member_of(member_of(config, "metadata"), "labels");
  labels[kDefaultLabel] = "true";
  const std::string_view project = api::text_at(view.cluster, {"metadata", "labels", kProjectLabel});
  if (!project.empty()) labels[kProjectLabel] = project;
}

// A config that happens to have this name is not ours.
bool is_made_by_us(const json::Value& config) {
  return api::field_at(config, {"metadata", "labels", kDefaultLabel}) != nullptr;
}

void resume(json::Value& config) {
  member_of(member_of(config, "metadata"), "annotations").erase(kNoDefaultAnnotation);
  member_of(config, "spec")["suspend"] = false;
}

// One that a person has suspended already is left as it is.
void suspend(json::Value& config) {
  if (api::flag_at(config, {"spec", "suspend"})) return;
  member_of(member_of(config, "metadata"), "annotations")[kNoDefaultAnnotation] = "true";
  member_of(config, "spec")["suspend"] = true;
}

}  // namespace

bool is_suspended_by_us(const json::Value& config) {
  return api::field_at(config, {"metadata", "annotations", kNoDefaultAnnotation}) != nullptr;
}

std::string default_schedule(const json::Value& seed, const json::Value& configuration) {
  minutes interval = interval_at(api::text_at(seed, {"spec", "etcdBackupRestore", "backupInterval"}));
  if (interval == minutes(0))
    interval = interval_at(api::text_at(configuration, {"spec", "seedController", "backupInterval"}));
  if (interval == minutes(0)) interval = kDefaultInterval;
  return fmt::format("@every {}m", interval.count());
}

std::int64_t default_keep(const json::Value& seed, const json::Value& configuration) {
  const auto own = number_at(seed, {"spec", "etcdBackupRestore", "backupCount"});
  if (own) return effective_keep(own);
  return effective_keep(number_at(configuration, {"spec", "seedController", "backupCount"}));
}

bool plan_default_config(const ClusterView& view, Plan& plan) {
  const auto found = std::find_if(view.configs.begin(), view.configs.end(),
                                  [](const json::Value& each) { return name_of(each) == kDefaultConfigName; });
  const bool wanted = destination_of(view.seed, default_destination(view.seed)) != nullptr;
  if (found == view.configs.end()) {
    if (!wanted) return false;
    json::Value config = new_object(kConfigType, view.name_space, kDefaultConfigName);
    fill(config, view);
    plan.create(kConfigType, std::move(config));
    return false;
  }
  if (is_going(*found)) return false;
  json::Value after = *found;
  if (wanted) {
    fill(after, view);
    if (is_suspended_by_us(after)) resume(after);
  } else if (is_made_by_us(*found)) {
    suspend(after);
  }
  if (after == *found) return false;
  plan.update(kConfigType, *found, std::move(after));
  return true;
}

}  // namespace holdfast::control
