// Operations of type Delete: the object of a Backup, and then the Backup itself, go.
#include <algorithm>

#include "work/catalogue.h"
#include "work/container/own_storage.h"
#include "work/destination.h"
#include "work/places.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/retention_plan.h"
#include "repository/repository.h"

namespace holdfast::work {
namespace {

// What a container stored, the delete container removes, if there is one.
Status remove_stored(const Task& task, const control::ClusterView& view, const json::Value& backup,
                     const json::Value& destination, objectstore::ObjectStore& store) {
  std::optional<OwnStorage> own;
  if (is_stored_by_container(backup)) {
    HF_ASSIGN(own, own_storage(task.world, destination, control::ContainerRole::removal));
  }
  if (!own)
    return repository::remove_backup(store, std::string(api::text_at(backup, {"spec", "objectKey"})), task.stop);
  const std::string_view config_name = api::text_at(backup, {"spec", "config"});
  const auto config = std::find_if(view.configs.begin(), view.configs.end(),
                                   [&](const json::Value& each) { return control::name_of(each) == config_name; });
  ContainerTask names = container_task(view.name, config == view.configs.end() ? json::Value() : *config,
                                       api::text_at(backup, {"spec", "backupName"}));
  names.config = config_name;
  return remove_by_container(task, *own, names, destination, store, backup);
}

// Since it was looked at: reading a Secret of the destination, say, may have taken its time. One whose removal was
// asked for goes all the same.
Result<bool> was_pinned(const Task& task, const registry::ObjectId& id) {
  HF_ASSIGN(const json::Value backup, control::get_or_null(task.world.registry, control::kBackupType, id));
  return !backup.is_null() && !control::is_going(backup) && api::flag_at(backup, {"spec", "pinned"});
}

// The Backups that may name the object, too: of the cluster, and of those whose names the key begins with as well.
Result<std::vector<json::Value>> possible_twins(const Task& task, const control::ClusterView& view,
                                                const json::Value& backup) {
  std::vector<json::Value> found;
  for (const json::Value& each : view.backups) {
    if (control::name_of(each) != control::name_of(backup)) found.push_back(each);
  }
  const std::string key = repository::last_segment(api::text_at(backup, {"spec", "objectKey"}));
  for (std::size_t end = key.find('-'); end != std::string::npos; end = key.find('-', end + 1)) {
    const std::string cluster = key.substr(0, end);
    if (cluster.empty() || cluster == view.name) continue;
    HF_TRY(control::for_each(task.world.registry, control::kBackupType, api::cluster_namespace(cluster),
                             [&](json::Value&& each) { found.push_back(std::move(each)); }));
  }
  return found;
}

// Does another Backup name the same object? Then that stays, and goes with the last of them. Of one whose destination
// is not there any more nobody knows where it led: it counts unless it may go, too.
Result<bool> is_named_twice(const Task& task, const control::ClusterView& view, const json::Value& backup) {
  HF_ASSIGN(const Places places, Places::read(task.world));
  HF_ASSIGN(const std::vector<json::Value> others, possible_twins(task, view, backup));
  const auto address = places.address(backup);
  const control::Instant now = control::to_instant(task.world.clock.now());
  return std::any_of(others.begin(), others.end(), [&](const json::Value& each) {
    const auto other = places.address(each);
    // Of two that people removed at once, one takes the object.
    const bool goes_anyhow = control::is_going(each) && control::name_of(each) < control::name_of(backup);
    if (address && other) return *address == *other && !goes_anyhow;
    const bool may_go =
        control::namespace_of(each) == view.name_space && control::why_not_remove(each, view, now).empty();
    // Folders do not count: a destination may begin in one.
    const auto name = [](const json::Value& of) {
      return repository::last_segment(api::text_at(of, {"spec", "objectKey"}));
    };
    return name(each) == name(backup) && !may_go;
  });
}

}  // namespace

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
  HF_ASSIGN(const bool pinned, was_pinned(task, {.name_space = name_space, .name = name}));
  if (pinned) return TaskOutcome{.result = {}, .message = "it stays: it is pinned", .cancelled = true};
  HF_ASSIGN(const bool named_twice, is_named_twice(task, view, *backup));
  if (named_twice) {
    HF_TRY(forget_backup(task.world, name_space, name, task.guard));
    return TaskOutcome{.result = {}, .message = "its object stays: another Backup names it, too"};
  }
  HF_TRY(check_claim(task));
  HF_TRY(remove_stored(task, view, *backup, destination, open.store()));
  HF_ASSIGN(const bool moved, has_moved(task.world, control::name_of(seed), destination_name, destination));
  if (moved) return tl::unexpected(moved_error(destination_name));
  HF_TRY(forget_backup(task.world, name_space, name, task.guard));
  return TaskOutcome{.result = task.facts, .message = ""};
}

}  // namespace holdfast::work
