// Operations of type Backup: a snapshot of a cluster's etcd into a destination, and its entry in the catalogue.
#include "work/catalogue.h"
#include "work/cluster_client.h"
#include "work/container/own_storage.h"
#include "work/destination.h"
#include "work/key_owners.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/ownership.h"
#include "control/reconcile/retention_plan.h"
#include "repository/save.h"

namespace holdfast::work {
namespace {

using control::BackupTarget;

constexpr std::chrono::seconds kClockSkew{300};  // between us and the destination

struct Surroundings {
  json::Value cluster;
  json::Value config;  // null: none
  json::Value seed;
  json::Value destination;
  BackupTarget target;
};

Result<Surroundings> look_around(const Task& task) {
  Surroundings around;
  const std::string cluster(api::text_at(task.operation, {"spec", "cluster"}));
  HF_ASSIGN(around.cluster,
            control::get_or_null(task.world.registry, control::kClusterType, {.name_space = "", .name = cluster}));
  if (around.cluster.is_null()) {
    task.hopeless = true;
    return with_hint(fail(Code::not_found, "there is no cluster {}", cluster),
                     "\"holdfast cluster list\" shows those there are");
  }
  const std::string config(api::text_at(task.operation, {"spec", "config"}));
  if (!config.empty()) {
    HF_ASSIGN(around.config,
              control::get_or_null(task.world.registry, control::kConfigType,
                                   {.name_space = std::string(control::namespace_of(task.operation)), .name = config}));
  }
  HF_ASSIGN(around.seed, find_seed(task.world, api::text_at(task.operation, {"spec", "seed"}), around.cluster));
  HF_ASSIGN(around.target, control::backup_target(task.operation, around.config, around.seed));
  HF_ASSIGN(around.destination, find_destination(around.seed, around.target.destination));
  return around;
}

BackupPlace place_of(const Task& task, const Surroundings& around) {
  return {.cluster = std::string(api::text_at(task.operation, {"spec", "cluster"})),
          .config = std::string(api::text_at(task.operation, {"spec", "config"})),
          .seed = std::string(control::name_of(around.seed)),
          .destination = around.target.destination,
          .backup_name = around.target.backup_name,
          .object_key = around.target.object_key};
}

Result<repository::SaveOptions> options_of(const Task& task, const Surroundings& around) {
  repository::SaveOptions options;
  options.object_key = around.target.object_key;
  options.name = around.target.base_name;
  options.cluster = api::text_at(task.operation, {"spec", "cluster"});
  options.cluster_uid = control::uid_of(around.cluster);
  options.project = control::project_of(around.cluster);
  if (around.target.slot && !around.target.manual) options.slot = control::to_wall_time(*around.target.slot);
  const auto form = repository::split_name(around.target.backup_name).form;
  options.compression = form ? form->compression : pipeline::Compression::gzip;
  HF_ASSIGN(options.encrypt_to, recipients_of(around.destination));
  options.bytes_per_second = upload_rate(around.destination);
  options.spool.directory = task.world.spool_directory;
  if (const auto days = control::number_at(around.destination, {"objectLockDays"}))
    options.retain_until = task.world.clock.now() + std::chrono::hours(24) * *days;
  return options;
}

// What lies under the key already: our own complete backup of this very operation (an attempt before this one got that
// far), a leftover of ours, or somebody else's.
enum class Found { nothing, complete, leftover, foreign };

struct Look {
  Found found = Found::nothing;
  std::optional<repository::Manifest> manifest;
};

bool is_of_cluster(const repository::Manifest& manifest, const Surroundings& around) {
  if (manifest.cluster != control::name_of(around.cluster)) return false;
  return manifest.cluster_uid.empty() || manifest.cluster_uid == control::uid_of(around.cluster);
}

// What was asked for by hand in the second of the slot has its key, and is as good.
bool is_of_slot(const repository::Manifest& manifest, const Surroundings& around) {
  const WallTime slot = control::to_wall_time(*around.target.slot);
  const bool by_hand = !manifest.slot && manifest.cluster_uid == control::uid_of(around.cluster);
  return by_hand ? manifest.started_at >= slot : manifest.slot == slot;
}

Result<Look> look(const Task& task, const Surroundings& around, objectstore::ObjectStore& store) {
  auto entry = repository::Repository(store).find(around.target.object_key, task.stop);
  if (!entry && entry.error().code == Code::not_found) return Look{};
  if (!entry) return in_context(std::move(entry).error(), "look for {}", around.target.object_key);
  const auto begun = control::created(task.operation).value_or(control::kFirstInstant);
  const WallTime since = control::to_wall_time(begun);
  if (entry->state == repository::EntryState::ok && entry->manifest) {
    const repository::Manifest& manifest = *entry->manifest;
    const bool same_time =
        around.target.manual ? manifest.started_at >= since + control::kAskedWithin : is_of_slot(manifest, around);
    const bool ours = is_of_cluster(manifest, around) && same_time;
    return Look{.found = ours ? Found::complete : Found::foreign, .manifest = std::move(entry->manifest)};
  }
  // Without a manifest nothing says whose it is: it may be a backup that another cluster makes just now.
  bool of_another = entry->manifest && !is_of_cluster(*entry->manifest, around);
  if (!entry->manifest) {
    HF_ASSIGN(of_another, may_be_of_another(task.world, control::name_of(around.cluster), around.target.object_key));
  }
  if (of_another) return Look{.found = Found::foreign, .manifest = {}};
  const bool recent = entry->state == repository::EntryState::missing || entry->modified + kClockSkew >= since;
  return Look{.found = recent ? Found::leftover : Found::foreign, .manifest = {}};
}

TaskOutcome outcome_of(const Surroundings& around, const std::string& backup, const repository::Manifest& manifest,
                       std::string message) {
  const json::Object status = status_of_manifest(manifest);
  TaskOutcome outcome;
  outcome.message = std::move(message);
  outcome.result = {
      {"backup", backup}, {"backupName", around.target.backup_name}, {"objectKey", around.target.object_key}};
  for (const char* name : {"sizeBytes", "storedBytes", "sha256", "revision", "etcdVersion", "durationSeconds"})
    outcome.result[name] = status.at(name);
  return outcome;
}

Result<bool> has_moved(const Task& task, const Surroundings& around) {
  return work::has_moved(task.world, control::name_of(around.seed), around.target.destination, around.destination);
}

// What was stored lies where nobody looks for it any more: it goes, and the next attempt stores at the new place.
tl::unexpected<Error> give_up_old_place(const Task& task, const Surroundings& around, objectstore::ObjectStore* store) {
  if (const Status claimed = check_claim(task); !claimed) return tl::unexpected(claimed.error());
  Error error = moved_error(around.target.destination);
  const std::string& key = around.target.object_key;
  if (store == nullptr) {
    error.message += fmt::format("; what the container stored as {} stays where it is", key);
  } else if (const Status removed = repository::remove_backup(*store, key, task.stop); removed) {
    error.message += "; what was stored at the old one was removed";
  } else {
    error.message += fmt::format("; {} stays at the old one: {}", key, removed.error().to_string());
  }
  return tl::unexpected(std::move(error));
}

// `store` is none when an own container stored it. `more` comes before what the manifest says.
Result<TaskOutcome> record(const Task& task, const Surroundings& around, const repository::Manifest& manifest,
                           objectstore::ObjectStore* store, std::string message, const json::Object& more = {}) {
  json::Object status = status_of_manifest(manifest);
  status["sequence"] = task.sequence;
  control::set_or_erase(status, "scheduledTime", around.target.slot);
  status["lastSeenTime"] = format_time(task.world.clock.now());
  if (const auto reason = api::text_at(task.operation, {"spec", "reason"}); !reason.empty()) status["reason"] = reason;
  // Until the rules are asked, which is soon.
  const bool by_rules = !around.config.is_null();
  status["keptBecause"] = json::Array{by_rules ? control::kMadeLast : control::kNoRuleRemovesIt};
  for (const char* name : {"message", "exitCode", "outputTail", "containerSeconds"})
    status[name] = nullptr;
  for (const auto& each : more)
    status[each.key()] = each.value();
  if (store != nullptr) add_lock(status, around.target.object_key, *store, task.stop);
  const BackupPlace place = place_of(task, around);
  HF_ASSIGN(const bool moved, has_moved(task, around));
  if (moved) return give_up_old_place(task, around, store);
  HF_ASSIGN(const std::string backup, record_backup(task.world, place, status, task.guard));
  // Whoever changes it from here on has the Backup before him, like all that were stored before.
  HF_ASSIGN(const bool moved_just_now, has_moved(task, around));
  if (moved_just_now) {
    HF_TRY(forget_backup(task.world, api::cluster_namespace(place.cluster), backup, task.guard));
    return give_up_old_place(task, around, store);
  }
  return outcome_of(around, backup, manifest, std::move(message));
}

Result<TaskOutcome> record_stored(const Task& task, const Surroundings& around, const StoredByContainer& stored) {
  const json::Value* message = stored.status.if_contains("message");
  HF_ASSIGN(TaskOutcome outcome, record(task, around, stored.manifest, nullptr,
                                        message == nullptr ? "" : std::string(message->get_string()), stored.status));
  for (const auto& each : task.facts)
    outcome.result[each.key()] = each.value();
  return outcome;
}

}  // namespace

Result<TaskOutcome> run_backup(const Task& task) {
  HF_ASSIGN(const Surroundings around, look_around(task));
  HF_ASSIGN(const etcd::ClientOptions client_options, etcd_options_of(around.cluster, task.world));
  HF_ASSIGN(OpenDestination open, OpenDestination::open(around.destination, around.target.destination, task.world));
  HF_ASSIGN(const auto own, own_storage(task.world, around.destination, control::ContainerRole::store));
  auto looked = look(task, around, open.store());
  // An own container may store where the server does not get; then it decides.
  if (!looked && !own) return tl::unexpected(std::move(looked).error());
  const Look before = looked ? std::move(*looked) : Look{};
  if (before.found == Found::complete)
    return record(task, around, *before.manifest, &open.store(), "an attempt before had stored it already");
  if (before.found == Found::foreign)
    return with_hint(fail(Code::exists, "{} has an object {} already, which is not of this backup",
                          around.target.destination, around.target.object_key),
                     "give the backup config another name, or remove the object");
  HF_ASSIGN(repository::SaveOptions options, options_of(task, around));
  options.overwrite = before.found == Found::leftover;
  HF_ASSIGN(const auto client, task.world.connect(client_options));
  if (own) {
    const ContainerTask names = container_task(options.cluster, around.config, around.target.backup_name);
    HF_ASSIGN(const StoredByContainer stored, store_by_container(task, {.storage = *own,
                                                                        .task = names,
                                                                        .destination = around.destination,
                                                                        .store = open.store(),
                                                                        .object_key = around.target.object_key,
                                                                        .client = *client,
                                                                        .options = options}));
    return record_stored(task, around, stored);
  }
  const repository::SaveWorld world{*client,          open.store(),      task.world.clock,
                                    task.world.files, task.world.random, task.progress};
  HF_ASSIGN(const repository::SaveReport report, repository::save(world, options, task.stop));
  return record(task, around, report.manifest, &open.store(), "");
}

}  // namespace holdfast::work
