// What an EtcdRestore says about itself: which backup it means, whether that can be restored, and how far it is.
#pragma once

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

// The Backup of the catalogue that the restore names; null when there is none. By the name in the list of backups, else
// by config and slot, so that any form KKP ever wrote of the same name will do ("daily-2021-03-02T15:24:00"), also with
// the cluster in front ("prod-daily-2021-03-02T15:24:00"). In
// spec.destination when that is set, else in any; of several the one that was made last.
const json::Value* backup_of_restore(const json::Value& restore, const ClusterView& view);

// Neither completed nor failed nor rolled back: its backup is kept whatever the rules of retention say.
bool is_pending_restore(const json::Value& restore);

// Its status. Conditions:
//   BackupUsable   True: Found. False: NotFound, OtherDestination, Missing, Damaged, Unfinished, OwnCredentials (the
//                  catalogue does not know what lies behind them)
//   Progressing    always False: LauncherNotEnabled, BackupNotUsable, ClusterMissing, or NotCarriedOut, because this
//                  server accepts, checks and shows restores but does not change etcd by them; the message says how
//                  to restore by hand
// Its phase is NotCarriedOut; a cluster without spec.features.etcdLauncher gives it EtcdLauncherNotEnabled, as the
// documents of KKP say. The message begins with what this server does not do. One that has ended is left as it is.
void plan_restore(const json::Value& restore, const ClusterView& view, Instant now, Plan& plan);

}  // namespace holdfast::control
