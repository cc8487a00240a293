#include "work/surroundings.h"

#include "api/destination_place.h"
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

Result<bool> has_moved(World& world, std::string_view seed, std::string_view destination, const json::Value& as_read) {
  const auto now = find_seed(world, seed, {});
  if (!now && now.error().code == Code::not_found) return true;
  if (!now) return tl::unexpected(now.error());
  const json::Value* settings = control::destination_of(*now, destination);
  return settings == nullptr || api::destination_place(*settings) != api::destination_place(as_read);
}

Error moved_error(std::string_view destination) {
  return {.code = Code::unavailable,
          .message = fmt::format("destination {} was changed to lead to another place meanwhile", destination),
          .hint = {},
          .retryable = true,
          .context = {}};
}

}  // namespace holdfast::work
