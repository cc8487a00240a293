#include "work/open_backup.h"

#include "work/surroundings.h"

#include "api/fields.h"
#include "repository/repository.h"

namespace holdfast::work {

Result<std::unique_ptr<OpenBackup>> OpenBackup::open(World& world, const json::Value& backup,
                                                     const std::stop_token& stop) {
  auto open = std::make_unique<OpenBackup>();
  HF_ASSIGN(const json::Value seed, find_seed(world, api::text_at(backup, {"spec", "seed"}), {}));
  const std::string_view name = api::text_at(backup, {"spec", "destination"});
  HF_ASSIGN(const json::Value destination, find_destination(seed, name));
  HF_ASSIGN(open->destination_, OpenDestination::open(destination, name, world));
  objectstore::ObjectStore& store = open->destination_.store();
  const std::string key(api::text_at(backup, {"spec", "objectKey"}));
  HF_ASSIGN(const repository::Entry entry, repository::Repository(store).find(key, stop));
  repository::OpenOptions options;
  HF_ASSIGN(options.keys, identities_of(destination, world));
  HF_ASSIGN(open->source_, repository::open_snapshot(store, entry, options, world.clock, stop));
  return open;
}

}  // namespace holdfast::work
