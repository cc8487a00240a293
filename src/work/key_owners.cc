#include "work/key_owners.h"

#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/default_config.h"
#include "control/reconcile/objects.h"
#include "control/schedule/backup_name.h"

namespace holdfast::work {
namespace {

Result<bool> has_config(World& world, const std::string& cluster, const std::string& config) {
  HF_ASSIGN(const json::Value there,
            control::get_or_null(world.registry, control::kClusterType, {.name_space = "", .name = cluster}));
  if (there.is_null()) return false;
  if (config == control::kDefaultConfigName || config == api::kByHand) return true;
  HF_ASSIGN(const json::Value found,
            control::get_or_null(world.registry, control::kConfigType,
                                 {.name_space = api::cluster_namespace(cluster), .name = config}));
  return !found.is_null();
}

}  // namespace

Result<bool> may_be_of_another(World& world, std::string_view cluster, std::string_view object_key) {
  for (std::size_t dash = object_key.find('-'); dash != std::string_view::npos; dash = object_key.find('-', dash + 1)) {
    const std::string other(object_key.substr(0, dash));
    const auto name = control::parse_backup_name(object_key.substr(dash + 1));
    if (other.empty() || other == cluster || !name) continue;
    HF_ASSIGN(const bool has, has_config(world, other, name->config));
    if (has) return true;
  }
  return false;
}

}  // namespace holdfast::work
