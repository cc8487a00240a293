#include "work/container/own_storage.h"

#include "work/container/run_container.h"
#include "work/container/workspace.h"

#include "api/fields.h"
#include "control/manager/views.h"
#include "control/reconcile/config_spec.h"
#include "control/reconcile/objects.h"
#include "objectstore/local/local_store.h"

namespace holdfast::work {
namespace {

using control::ContainerRole;

// As KKP calls it, whatever its form: the name of the backup says how it is compressed and encrypted.
constexpr const char* kSnapshotFile = "snapshot.db.gz";

std::string label_of(const json::Value& operation) {
  return fmt::format("{}/{}", control::namespace_of(operation), control::name_of(operation));
}

Result<repository::Manifest> take_snapshot(const Task& task, const ContainerBackup& backup,
                                           const Workspace& workspace) {
  objectstore::LocalStore spool({.root = workspace.backup_directory()}, task.world.files, task.world.clock,
                                task.world.random);
  repository::SaveOptions options = backup.options;
  options.object_key = kSnapshotFile;
  options.overwrite = true;  // the directory is new: nothing is there
  options.write_manifest = false;
  options.retain_until.reset();
  options.bytes_per_second = 0;
  const repository::SaveWorld world{backup.client,     spool,        task.world.clock, task.world.files,
                                    task.world.random, task.progress};
  HF_ASSIGN(repository::SaveReport report, repository::save(world, options, task.stop));
  return std::move(report.manifest);
}

// What the destination has now, in the words of a Backup's status.
json::Object look_afterwards(const Task& task, const ContainerBackup& backup, std::uint64_t size) {
  const auto there = backup.store.head(backup.object_key, task.stop);
  if (there && there->size == size) return {{"lastSeenTime", format_time(task.world.clock.now())}};
  json::Object status{{"phase", "Unverified"}};
  if (there) {
    status["lastSeenTime"] = format_time(task.world.clock.now());
    status["storedBytes"] = static_cast<std::int64_t>(there->size);
    status["sha256"] = nullptr;
    status["message"] = fmt::format("the container stored {} bytes, and was given {}: they are not what it was given",
                                    there->size, size);
    return status;
  }
  status["lastSeenTime"] = nullptr;
  status["message"] =
      there.error().code == Code::not_found
          ? fmt::format("the container ended well, and the destination has no {}: it cannot be restored from there",
                        backup.object_key)
          : "the container ended well; what it stored could not be looked at: " + there.error().to_string();
  return status;
}

}  // namespace

Result<std::optional<OwnStorage>> own_storage(World& world, const json::Value& destination, ContainerRole role) {
  if (!control::takes_containers(destination)) return std::nullopt;
  HF_ASSIGN(std::vector<json::Value> all, control::list_all(world.registry, control::kConfigurationType, ""));
  if (all.empty()) return std::nullopt;
  HF_ASSIGN(auto container, control::own_container(all.front(), role));
  if (!container) return std::nullopt;
  if (!api::text_at(destination, {"prefix"}).empty())
    return with_hint(
        fail(Code::usage, "the destination has a prefix, of which a {} cannot be told", control::role_name(role)),
        "take the prefix from the destination, or the container from the configuration");
  return std::optional(OwnStorage{.container = std::move(*container), .configuration = std::move(all.front())});
}

ContainerTask container_task(std::string_view cluster, const json::Value& config, std::string_view backup_name) {
  ContainerTask task;
  task.cluster = cluster;
  task.backup_name = backup_name;
  if (config.is_null()) return task;
  task.config = control::name_of(config);
  task.schedule = api::text_at(config, {"spec", "schedule"});
  if (!task.schedule.empty()) task.keep = control::effective_keep(control::number_at(config, {"spec", "keep"}));
  return task;
}

Result<StoredByContainer> store_by_container(const Task& task, const ContainerBackup& backup) {
  HF_ASSIGN(const Workspace workspace,
            Workspace::make(task.world.files, task.world.spool_directory, label_of(task.operation)));
  StoredByContainer stored;
  HF_ASSIGN(stored.manifest, take_snapshot(task, backup, workspace));
  const ContainerRun run{.container = backup.storage.container,
                         .task = backup.task,
                         .configuration = backup.storage.configuration,
                         .destination = backup.destination,
                         .snapshot_bytes = stored.manifest.stored.size};
  HF_TRY(run_container(task, run, workspace));
  stored.manifest.finished_at = task.world.clock.now();
  stored.status = look_afterwards(task, backup, stored.manifest.stored.size);
  stored.status["storedBy"] = "Container";
  for (const auto& each : task.facts)
    stored.status[each.key()] = each.value();
  return stored;
}

Status remove_by_container(const Task& task, const OwnStorage& storage, const ContainerTask& container_task,
                           const json::Value& destination, objectstore::ObjectStore& store, const json::Value& backup) {
  HF_ASSIGN(const Workspace workspace,
            Workspace::make(task.world.files, task.world.spool_directory, label_of(task.operation)));
  const ContainerRun run{.container = storage.container,
                         .task = container_task,
                         .configuration = storage.configuration,
                         .destination = destination};
  HF_TRY(run_container(task, run, workspace));
  if (!was_seen(backup)) return {};
  const std::string key(api::text_at(backup, {"spec", "objectKey"}));
  const auto there = store.head(key, task.stop);
  if (!there) return {};
  return with_hint(fail(Code::unavailable, "the delete container ended well, and {} is still in the destination", key),
                   "it must remove the object $CLUSTER-$BACKUP_TO_DELETE from the bucket $BUCKET_NAME");
}

bool is_stored_by_container(const json::Value& backup) {
  return api::text_at(backup, {"status", "storedBy"}) == "Container";
}

bool was_seen(const json::Value& backup) {
  return !api::text_at(backup, {"status", "lastSeenTime"}).empty();
}

}  // namespace holdfast::work
