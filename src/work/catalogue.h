// The catalogue: Backup resources, one for each stored backup.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "work/claims.h"
#include "work/places.h"
#include "work/world.h"

#include "base/result.h"
#include "model/json.h"
#include "repository/repository.h"

namespace holdfast::work {

// What changes the catalogue does so only while `guard`, the claim of the operation it is done for, holds: a server
// that was believed dead and comes back changes nothing.

// Where a stored backup lies and whose it is.
struct BackupPlace {
  std::string cluster;
  std::string config;  // may be empty
  std::string seed;
  std::string destination;
  std::string backup_name;
  std::string object_key;
};

// As numbers of a resource are; the greatest when it is greater.
std::int64_t whole(std::uint64_t number);

// What its manifest (or, without one, the object alone) says, as the status of a Backup.
json::Object status_of_manifest(const repository::Manifest& manifest);
json::Object status_of_foreign(const repository::Entry& entry);

// Until when the bucket refuses to delete the object, into `status` as lockedUntil. One request; what the store does
// not tell stays out.
void add_lock(json::Object& status, const std::string& object_key, objectstore::ObjectStore& store,
              const std::stop_token& stop);

// Makes the Backup of this object, or brings the one that is there up to date, also when that reaches it by another
// destination; its pin, reasons and verification stay, and the reason it was asked for comes to those of the same
// stored object. Returns its name. The namespace of the cluster must exist.
Result<std::string> record_backup(World& world, const BackupPlace& place, const json::Object& status,
                                  const Guard& guard);

// The same for an object that was found in a list: a Backup that somebody has recorded meanwhile stays as it is,
// because the list is older than what that one knows.
Result<std::string> record_found(World& world, const BackupPlace& place, const json::Object& status,
                                 const Places& places, const Guard& guard);

// Takes it out of the catalogue. Fine when it is gone.
Status forget_backup(World& world, const std::string& name_space, const std::string& name, const Guard& guard);

// Changes members of the status of this Backup and of all in its namespace that name the same object.
Status change_object_status(World& world, const json::Value& backup, const json::Object& members, const Guard& guard);

// Changes members of a Backup's status. Fine when it is gone.
Status change_backup_status(World& world, const std::string& name_space, const std::string& name,
                            const json::Object& members, const Guard& guard);

}  // namespace holdfast::work
