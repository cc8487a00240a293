// The state machine of a restore.
//
//   waiting ─▶ preflight ─▶ staging ─▶ safety ─▶ stopping ═(decision: swap)═▶ swapping ─▶ proving ─▶ Completed
//                 │            │          │          │                            │           │          │ undo
//                 ▼            └──────────┴────▶ aborting                         └─(decision: return)───┘
//               Failed                              ▼                                      ▼
//                                                 Failed                               returning ─▶ RolledBack
//
// What holds, whatever dies or comes late:
//   * The decision is none, then swap, then return; each is written once, with the status, by compare-and-swap. It is
//     swap only when every member has staged the same and has stopped since.
//   * No order puts a member back to the old data, or starts it, while so many may run the new data that they could
//     serve. Before the swap is decided nobody has new data in place. So there is one history that serves, it changes
//     at a decision, and it never changes back without one.
//   * Orders follow from what is written: the status first, then the orders. What is lost in between is made again.
//   * Former data is forgotten when the restore has ended and the grace is over. Then there is no way back.
//   * A member that does nothing for long ends a restore that is not decided. Afterwards a minority is not waited for,
//     since a quorum that proved itself serves and takes writes already: to turn it back would lose them, to stay
//     would keep the cluster paused for one broken machine. It ends Completed, degraded, and goes on with the rest when
//     they are back. Without a quorum it waits, and says what to run.
#pragma once

#include "control/restore/restore_plan.h"
#include "control/restore/view.h"

namespace holdfast::control {

// Pure. Asked again with what it wanted done, at the same time, it comes to rest.
RestorePlan decide_restore(const RestoreView& view, Instant now);

}  // namespace holdfast::control
