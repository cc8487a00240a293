// All decisions about one cluster: its namespace, default backups, backup configs, retention, protection, deletion.
#pragma once

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

// Pure. Asked again with the objects as they are after its actions, at the same time, it comes to rest: then it wants
// nothing more until look_again or until an object changes.
Plan reconcile_cluster(const ClusterView& view, Instant now);

// How long operations are remembered after they ended: those that did what they should, and others.
constexpr Seconds kRememberCompleted{600};
constexpr Seconds kRememberFailed{3600};
// The removal of a Backup that somebody deleted: then it is tried again.
constexpr Seconds kRememberFailedRemoval{300};

// Forgets operations that ended long enough ago and whose outcome is in the status of their config.
void plan_forgetting(const ClusterView& view, Instant now, Plan& plan);

}  // namespace holdfast::control
