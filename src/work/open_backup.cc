#include "work/open_backup.h"

#include "work/surroundings.h"

#include "api/fields.h"
#include "repository/repository.h"

namespace holdfast::work {

Result<FoundBackup> FoundBackup::find(World& world, const json::Value& backup, const std::stop_token& stop) {
  HF_ASSIGN(FoundBackup found, find_place(world, backup));
  HF_TRY(found.look_for(std::string(api::text_at(backup, {"spec", "objectKey"})), stop));
  return found;
}

Result<FoundBackup> FoundBackup::find_place(World& world, const json::Value& backup) {
  FoundBackup found;
  HF_ASSIGN(const json::Value seed, find_seed(world, api::text_at(backup, {"spec", "seed"}), {}));
  const std::string_view name = api::text_at(backup, {"spec", "destination"});
  HF_ASSIGN(found.settings, find_destination(seed, name));
  HF_ASSIGN(found.destination, OpenDestination::open(found.settings, name, world));
  HF_ASSIGN(found.keys, identities_of(found.settings, world));
  return found;
}

Status FoundBackup::look_for(const std::string& object_key, const std::stop_token& stop) {
  HF_ASSIGN(entry, repository::Repository(destination.store()).find(object_key, stop));
  // A key without suffix finds what people may mean by it; a Backup means one object.
  if (entry.key != object_key)
    return fail(Code::not_found, "{} holds no object {}", destination.store().describe(), object_key);
  return {};
}

Status FoundBackup::check_readable(const json::Value& backup) const {
  if (!api::flag_at(backup, {"status", "encrypted"}) || !keys.identities.empty()) return {};
  const std::string_view name = api::text_at(backup, {"spec", "destination"});
  return with_hint(
      fail(Code::unsupported, "it is encrypted, and destination {} names no private key to read it with", name),
      fmt::format("put the key into a Secret and name that in "
                  "spec.etcdBackupRestore.destinations.{}.encryption.identities of the Seed; without the server: "
                  "holdfast snapshot verify, with --identity",
                  name));
}

Result<bool> FoundBackup::lacks(const std::string& object_key, const std::stop_token& stop) {
  bool listed = false;
  const auto look = [&](const objectstore::ObjectInfo& info) -> Status {
    listed = listed || info.key == object_key;
    return {};
  };
  HF_TRY(destination.store().list(object_key, look, stop));
  return !listed;
}

Result<std::unique_ptr<OpenBackup>> OpenBackup::open(World& world, FoundBackup found, const std::stop_token& stop) {
  auto open = std::make_unique<OpenBackup>();
  open->found_ = std::move(found);
  if (open->found_.entry.state == repository::EntryState::size_differs)
    return fail(Code::corrupt, "{}", open->found_.entry.problem);
  repository::OpenOptions options;
  options.keys = open->found_.keys;
  HF_ASSIGN(open->source_, repository::open_snapshot(open->found_.destination.store(), open->found_.entry, options,
                                                     world.clock, stop));
  return open;
}

}  // namespace holdfast::work
