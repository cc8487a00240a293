#include "work/open_backup.h"

#include "work/surroundings.h"

#include "api/fields.h"
#include "repository/repository.h"

namespace holdfast::work {

Result<FoundBackup> FoundBackup::find(World& world, const json::Value& backup, const std::stop_token& stop) {
  FoundBackup found;
  HF_ASSIGN(const json::Value seed, find_seed(world, api::text_at(backup, {"spec", "seed"}), {}));
  const std::string_view name = api::text_at(backup, {"spec", "destination"});
  HF_ASSIGN(found.settings, find_destination(seed, name));
  HF_ASSIGN(found.destination, OpenDestination::open(found.settings, name, world));
  const std::string key(api::text_at(backup, {"spec", "objectKey"}));
  HF_ASSIGN(found.entry, repository::Repository(found.destination.store()).find(key, stop));
  HF_ASSIGN(found.keys, identities_of(found.settings, world));
  return found;
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
