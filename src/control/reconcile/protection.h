// Whether a cluster has a good backup that is new enough.
#pragma once

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

struct Protection {
  Condition condition;               // type Protected
  std::optional<Instant> until;      // it holds until then, unless a new backup comes
  std::optional<Instant> last_good;  // when the last good backup ended
};

// A config protects its cluster until the second slot after its newest good backup (and the time a backup may start
// late) has passed. Reasons: RecentBackup; NoSchedule, NoGoodBackup, BackupTooOld, Paused.
Protection judge_protection(const ClusterView& view, Instant now);

}  // namespace holdfast::control
