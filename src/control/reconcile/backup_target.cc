#include "control/reconcile/backup_target.h"

#include "api/rules.h"
#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

constexpr std::size_t kUidPart = 8;

}  // namespace

const json::Value* destination_of(const json::Value& seed, std::string_view name) {
  if (name.empty()) return nullptr;
  return api::field_at(seed, {"spec", "etcdBackupRestore", "destinations", name});
}

std::string_view default_destination(const json::Value& seed) {
  return api::text_at(seed, {"spec", "etcdBackupRestore", "defaultDestination"});
}

std::string_view destination_name(const json::Value& config, const json::Value& seed) {
  const std::string_view named = api::text_at(config, {"spec", "destination"});
  return named.empty() ? default_destination(seed) : named;
}

std::string suffix_of_destination(const json::Value& destination) {
  const std::string_view compression = api::text_at(destination, {"compression"});
  std::string suffix = compression == "none" ? ".db" : compression == "zstd" ? ".db.zst" : ".db.gz";
  const json::Array* recipients = api::array_at(destination, {"encryption", "recipients"});
  if (recipients != nullptr && !recipients->empty()) suffix += ".age";
  return suffix;
}

Result<BackupTarget> backup_target(const json::Value& operation, const json::Value& config, const json::Value& seed) {
  BackupTarget target;
  const std::string_view named = api::text_at(operation, {"spec", "destination"});
  target.destination = named.empty() ? destination_name(config, seed) : named;
  const json::Value* destination = destination_of(seed, target.destination);
  if (destination == nullptr) {
    if (target.destination.empty()) return fail(Code::not_found, "no destination is named and there is no default one");
    return fail(Code::not_found, "Seed {} has no destination {}", name_of(seed), target.destination);
  }
  const std::string_view cluster = api::text_at(operation, {"spec", "cluster"});
  target.slot = time_at(operation, {"spec", "scheduledTime"});
  target.manual = !target.slot;
  if (target.manual) target.slot = created(operation);
  const std::string_view given = api::text_at(operation, {"spec", "backupName"});
  if (given.empty() || target.manual) {
    const std::string_view config_name = api::text_at(operation, {"spec", "config"});
    target.base_name = backup_base_name(config_name.empty() ? api::kByHand : config_name, target.slot);
  } else {
    // The destination may say otherwise about compression and encryption than when the operation was made.
    const auto parsed = parse_backup_name(given);
    target.base_name = given.substr(0, given.size() - (parsed ? parsed->suffix.size() : 0));
  }
  target.backup_name = target.base_name + suffix_of_destination(*destination);
  target.object_key = backup_key(cluster, target.backup_name);
  return target;
}

std::string backup_operation_name(const json::Value& config, std::string_view base_name) {
  return resource_name(fmt::format("backup-{}-{}", base_name, uid_of(config).substr(0, kUidPart)));
}

}  // namespace holdfast::control
