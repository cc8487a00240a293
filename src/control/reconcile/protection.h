// Whether a cluster has a good backup that is new enough.
#pragma once

#include <optional>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

struct Protection {
  Condition condition;               // type Protected
  std::optional<Instant> until;      // it holds until then, unless a new backup comes
  std::optional<Instant> last_good;  // when the last backup that succeeded ended, also when it is there no more
};

// A good backup, whoever asked for it, protects its cluster until the second slot after it (and the time a backup may
// start late) has passed. With several schedules the most frequent one counts: it says how old a backup may be.
// Backups of another etcd, which the cluster had before, do not count, once it is known which it has now.
// Without a Seed nothing can be stored and nothing be got back: then it is protected by nothing.
// Reasons: RecentBackup, Unprotected, NoSeed; the message says why.
Protection judge_protection(const ClusterView& view, Instant now);

}  // namespace holdfast::control
