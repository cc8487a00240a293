// What a dry run of a backup config tells about its backups.
#pragma once

#include "server/call.h"

namespace holdfast::server {

// Adds to call.warnings what retention would do with the config as it would be stored: "would remove 3 backups: …".
// Only of dry runs, and only for EtcdBackupConfigs. What cannot be read is left out: the dry run itself succeeded.
void warn_of_removals(Call& call, const json::Value& config);

}  // namespace holdfast::server
