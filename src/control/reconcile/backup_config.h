// Scheduling: which backups of a config are to be made now, and what its status says.
#pragma once

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

// Makes the Operation of a slot that is due (first, so that the slot is known whatever comes after), then retention's
// deletes, then writes the status. What holds a config up is said by its condition SchedulingActive:
//   Suspended, Paused, NoCluster, NoEndpoints, NoDestination, InvalidSchedule, TooManyBackups; nothing is lost by any
//   of them: missed slots become one catch-up backup afterwards.
// A slot that comes while the backup of an earlier slot of the same config has not ended is skipped, and recorded so.
// Backups of several configs of one cluster wait for each other in the runner.
void plan_config(const json::Value& config, const ClusterView& view, Instant now, Plan& plan);

}  // namespace holdfast::control
