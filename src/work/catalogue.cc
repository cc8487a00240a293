#include "work/catalogue.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/objects.h"
#include "control/schedule/backup_name.h"

namespace holdfast::work {
namespace {

constexpr std::string_view kManager = "holdfast-work";

registry::WriteOptions options_for(const Guard& guard, std::string_view subresource = "") {
  registry::WriteOptions options;
  options.manager = kManager;
  options.by_server = true;
  options.subresource = subresource;
  options.only_while = guard;
  return options;
}

const api::Kind& backup_kind(World& world) {
  return control::kind_of(world.registry, control::kBackupType);
}

json::Value new_backup(const BackupPlace& place, const std::string& name) {
  json::Value backup = control::new_object(control::kBackupType, api::cluster_namespace(place.cluster), name);
  json::Object& spec = control::member_of(backup, "spec");
  spec["cluster"] = place.cluster;
  control::set_or_erase(spec, "config", place.config);
  control::set_or_erase(spec, "seed", place.seed);
  spec["destination"] = place.destination;
  spec["backupName"] = place.backup_name;
  spec["objectKey"] = place.object_key;
  spec["pinned"] = false;
  control::add_finalizer(backup, control::kStoredObjectFinalizer);
  return backup;
}

// The name without what says how it is stored; with a hash behind it when another object has that name.
std::string name_for(const BackupPlace& place, bool alone) {
  const auto parsed = control::parse_backup_name(place.backup_name);
  const std::string base = place.backup_name.substr(0, place.backup_name.size() - (parsed ? parsed->suffix.size() : 0));
  if (alone) return control::resource_name(base);
  const std::string hash = control::short_hash(place.seed + "/" + place.destination + "/" + place.object_key);
  return control::resource_name(base + "-" + hash.substr(0, 8));
}

// `address`: of the place.
bool is_same(const json::Value& backup, const BackupPlace& place, const std::optional<std::string>& address,
             const Places& places) {
  if (address && places.address(backup) == address) return true;
  return api::text_at(backup, {"spec", "seed"}) == place.seed &&
         api::text_at(backup, {"spec", "destination"}) == place.destination &&
         api::text_at(backup, {"spec", "objectKey"}) == place.object_key;
}

// Two that find an object at once, by two destinations, want the same name first: one of them finds the other's there.
Result<std::string> make_backup(World& world, const BackupPlace& place, const std::optional<std::string>& address,
                                const Places& places, const Guard& guard) {
  for (const bool alone : {true, false}) {
    const std::string name = name_for(place, alone);
    json::Value backup = new_backup(place, name);
    const auto written =
        world.registry.create(backup_kind(world), control::namespace_of(backup), backup, options_for(guard));
    if (written) return name;
    if (written.error().reason != "AlreadyExists") return tl::unexpected(control::error_of(written.error()));
    const auto there = world.registry.get(backup_kind(world),
                                          {.name_space = std::string(control::namespace_of(backup)), .name = name});
    if (there && is_same(*there, place, address, places)) return name;
  }
  return fail(Code::exists, "no name is left for the Backup of {}", place.object_key);
}

constexpr std::size_t kMostReasonBytes = 4096;

// Two that asked for a backup in the same second get one, for both of their reasons. What was stored before under this
// key had reasons of its own.
std::string both_reasons(const json::Value& before, const json::Object& status) {
  const json::Value after(status);
  const std::string_view old = api::text_at(before, {"status", "reason"});
  const std::string_view more = api::text_at(after, {"reason"});
  const std::string_view taken = api::text_at(after, {"takenTime"});
  if (old.empty() || more.empty() || old == more || api::text_at(before, {"status", "takenTime"}) != taken) return "";
  const bool known = fmt::format("; {};", old).find(fmt::format("; {};", more)) != std::string::npos;
  if (known || old.size() + more.size() > kMostReasonBytes) return std::string(old);
  return fmt::format("{}; {}", old, more);
}

std::string hex_id(std::uint64_t id) {
  return fmt::format("{:x}", id);
}

}  // namespace

std::int64_t whole(std::uint64_t number) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(number, static_cast<std::uint64_t>(kMost)));
}

json::Object status_of_manifest(const repository::Manifest& manifest) {
  json::Object status{{"phase", "Completed"},
                      {"takenTime", format_time(manifest.started_at)},
                      {"finishedTime", format_time(manifest.finished_at)},
                      {"sizeBytes", whole(manifest.snapshot.size)},
                      {"sizeText", format_bytes(manifest.snapshot.size)},
                      {"storedBytes", whole(manifest.stored.size)},
                      {"sha256", manifest.stored.sha256},
                      {"snapshotSha256", manifest.snapshot.sha256},
                      {"revision", manifest.snapshot.revision},
                      {"totalKeys", whole(manifest.snapshot.total_key)},
                      {"hash", fmt::format("{:08x}", manifest.snapshot.hash)},
                      {"etcdVersion", manifest.etcd.version},
                      {"clusterID", hex_id(manifest.etcd.cluster_id)},
                      {"member", manifest.etcd.endpoint},
                      {"compression", pipeline::compression_name(manifest.stored.compression)},
                      {"encrypted", manifest.stored.encryption != repository::Encryption::none},
                      {"foreign", false},
                      {"storedBy", "Server"}};
  const Duration took = manifest.finished_at - manifest.started_at;
  status["durationSeconds"] =
      std::chrono::duration<double>(std::chrono::floor<std::chrono::milliseconds>(took)).count();
  if (manifest.slot) status["scheduledTime"] = format_time(*manifest.slot);
  json::Array recipients;
  for (const std::string& each : manifest.stored.recipients)
    recipients.emplace_back(each);
  if (!recipients.empty()) status["recipients"] = std::move(recipients);
  return status;
}

json::Object status_of_foreign(const repository::Entry& entry) {
  json::Object status{{"phase", "Unverified"},
                      {"takenTime", format_time(entry.modified)},
                      {"finishedTime", format_time(entry.modified)},
                      {"storedBytes", whole(entry.stored_size)},
                      {"foreign", true}};
  const auto parsed = control::parse_backup_name(repository::last_segment(entry.key));
  if (parsed && parsed->slot) status["scheduledTime"] = control::format_instant(*parsed->slot);
  return status;
}

void add_lock(json::Object& status, const std::string& object_key, objectstore::ObjectStore& store,
              const std::stop_token& stop) {
  const auto info = store.head(object_key, stop);
  if (info && info->retained_until) status["lockedUntil"] = format_time(*info->retained_until);
}

namespace {

json::Value with_status(const json::Value& backup, const json::Object& members) {
  json::Value after = backup;
  json::Object& status = control::member_of(after, "status");
  for (const auto& each : members) {
    if (each.value().is_null()) {
      status.erase(each.key());
    } else {
      status[each.key()] = each.value();
    }
  }
  return after;
}

bool is_recorded(const json::Value& backup) {
  return !api::text_at(backup, {"status", "phase"}).empty();
}

using Change = std::function<json::Value(const json::Value& before)>;

// Fine when it is gone.
Status change_status(World& world, const std::string& name_space, const std::string& name, const Change& change,
                     const Guard& guard) {
  const auto apply = [&](const json::Value& before) -> api::ApiResult<json::Value> { return change(before); };
  const auto written = world.registry.update(backup_kind(world), {.name_space = name_space, .name = name}, apply,
                                             options_for(guard, "status"));
  if (!written && written.error().code != 404) return tl::unexpected(control::error_of(written.error()));
  return {};
}

Result<std::string> record(World& world, const BackupPlace& place, const Places& places, const Change& change,
                           const Guard& guard) {
  const std::string name_space = api::cluster_namespace(place.cluster);
  HF_ASSIGN(const std::vector<json::Value> backups,
            control::list_all(world.registry, control::kBackupType, name_space));
  const auto address = places.address(place.seed, place.destination, place.object_key);
  std::string name;
  const auto there = std::find_if(backups.begin(), backups.end(),
                                  [&](const json::Value& each) { return is_same(each, place, address, places); });
  if (there != backups.end()) {
    name = control::name_of(*there);
  } else {
    HF_ASSIGN(name, make_backup(world, place, address, places, guard));
  }
  HF_TRY(change_status(world, name_space, name, change, guard));
  return name;
}

}  // namespace

Status change_backup_status(World& world, const std::string& name_space, const std::string& name,
                            const json::Object& members, const Guard& guard) {
  return change_status(
      world, name_space, name, [&](const json::Value& before) { return with_status(before, members); }, guard);
}

Status change_object_status(World& world, const json::Value& backup, const json::Object& members, const Guard& guard) {
  HF_ASSIGN(const Places places, Places::read(world));
  const std::string name_space(control::namespace_of(backup));
  HF_ASSIGN(const std::vector<json::Value> backups,
            control::list_all(world.registry, control::kBackupType, name_space));
  const auto address = places.address(backup);
  for (const json::Value& each : backups) {
    const bool itself = control::name_of(each) == control::name_of(backup);
    if (!itself && (!address || places.address(each) != address)) continue;
    HF_TRY(change_backup_status(world, name_space, std::string(control::name_of(each)), members, guard));
  }
  return {};
}

Result<std::string> record_backup(World& world, const BackupPlace& place, const json::Object& status,
                                  const Guard& guard) {
  HF_ASSIGN(const Places places, Places::read(world));
  const auto change = [&](const json::Value& before) {
    json::Value after = with_status(before, status);
    json::Object& now = control::member_of(after, "status");
    now.erase("damagedTime");  // of another object under this key
    const std::string reasons = both_reasons(before, status);
    if (!reasons.empty()) now["reason"] = reasons;
    return after;
  };
  return record(world, place, places, change, guard);
}

Result<std::string> record_found(World& world, const BackupPlace& place, const json::Object& status,
                                 const Places& places, const Guard& guard) {
  const auto unless_recorded = [&](const json::Value& before) {
    return is_recorded(before) ? before : with_status(before, status);
  };
  return record(world, place, places, unless_recorded, guard);
}

Status forget_backup(World& world, const std::string& name_space, const std::string& name, const Guard& guard) {
  const registry::ObjectId id{.name_space = name_space, .name = name};
  const auto removed = world.registry.remove(backup_kind(world), id, {.only_while = guard});
  if (!removed && removed.error().code == 404) return {};
  if (!removed) return tl::unexpected(control::error_of(removed.error()));
  const auto release = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    control::remove_finalizer(after, control::kStoredObjectFinalizer);
    return after;
  };
  const auto released = world.registry.update(backup_kind(world), id, release, options_for(guard));
  if (!released && released.error().code != 404) return tl::unexpected(control::error_of(released.error()));
  return {};
}

}  // namespace holdfast::work
