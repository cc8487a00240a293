// What requests about backups tell of those that would be removed.
#pragma once

#include "server/call.h"

namespace holdfast::server {

// Adds to call.warnings what retention would do. Of the dry run of an EtcdBackupConfig, with the config as it would be
// stored: "would remove 3 backups: …". Of a new Operation that is a backup of a config: that the backup before it would
// go. What cannot be read is left out: the request itself succeeded.
void warn_of_removals(Call& call, const json::Value& object);

}  // namespace holdfast::server
