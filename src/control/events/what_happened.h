// What people are told about one change of one resource.
#pragma once

#include <vector>

#include "control/events/happening.h"
#include "registry/watch_hub.h"

namespace holdfast::control {

// Pure. Looks at the resource before and after the change:
//   Operation         how it ended, on the config or the Cluster it was for; failures on the Operation, too
//   EtcdBackupConfig  slots that were skipped; whether it is scheduled
//   Backup            damaged, missing, left behind
//   Cluster           whether it is protected, and whether its etcd is healthy
//   Seed              whether its destinations can be used
std::vector<Happening> what_happened(const registry::ObjectEvent& event);

}  // namespace holdfast::control
