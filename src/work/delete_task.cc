// Operations of type Delete: the object of a Backup, and then the Backup itself, go.
#include "work/catalogue.h"
#include "work/destination.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/retention_plan.h"
#include "repository/repository.h"

namespace holdfast::work {

Result<TaskOutcome> run_delete(const Task& task) {
  const std::string name(api::text_at(task.operation, {"spec", "backup"}));
  const std::string name_space(control::namespace_of(task.operation));
  HF_ASSIGN(const control::ClusterView view,
            control::load_cluster(task.world.registry, api::cluster_of_namespace(name_space)));
  const auto backup = std::find_if(view.backups.begin(), view.backups.end(),
                                   [&](const json::Value& each) { return control::name_of(each) == name; });
  if (backup == view.backups.end()) return TaskOutcome{.result = {}, .message = "it was gone already"};
  // Much may have happened since this was decided: somebody pinned it, a newer one turned out to be damaged.
  const control::Instant now = control::to_instant(task.world.clock.now());
  if (std::string why = control::why_not_remove(*backup, view, now); !why.empty())
    return TaskOutcome{.result = {}, .message = "it stays: " + why, .cancelled = true};
  // Where it lies is what the Backup says: the config's destination may be another one by now.
  HF_ASSIGN(const json::Value seed, find_seed(task.world, api::text_at(*backup, {"spec", "seed"}), view.cluster));
  const std::string_view destination_name = api::text_at(*backup, {"spec", "destination"});
  HF_ASSIGN(const json::Value destination, find_destination(seed, destination_name));
  HF_ASSIGN(OpenDestination open, OpenDestination::open(destination, destination_name, task.world));
  const std::string key(api::text_at(*backup, {"spec", "objectKey"}));
  HF_TRY(repository::remove_backup(open.store(), key, task.stop));
  HF_TRY(forget_backup(task.world, name_space, name));
  return TaskOutcome{};
}

}  // namespace holdfast::work
