#include "work/surroundings.h"

#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {

Result<json::Value> find_seed(World& world, std::string_view name, const json::Value& cluster) {
  HF_ASSIGN(const std::vector<json::Value> seeds, control::list_all(world.registry, control::kSeedType, ""));
  if (name.empty()) {
    if (const json::Value* seed = api::seed_of(cluster, seeds)) return *seed;
    return fail(Code::not_found, "no Seed is found for the cluster {}", control::name_of(cluster));
  }
  for (const json::Value& each : seeds) {
    if (control::name_of(each) == name) return each;
  }
  return fail(Code::not_found, "Seed {} does not exist", name);
}

Result<json::Value> find_destination(const json::Value& seed, std::string_view name) {
  if (const json::Value* found = control::destination_of(seed, name)) return *found;
  return fail(Code::not_found, "Seed {} has no destination {}", control::name_of(seed), name);
}

}  // namespace holdfast::work
