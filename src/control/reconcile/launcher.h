// Decisions about a Launcher: whether it is there.
#pragma once

#include "control/reconcile/plan.h"

namespace holdfast::control {

// It says something every 30 s at least.
constexpr Seconds kHeardWithin{60};

// Pure. Writes the condition Ready: True while it was heard of within kHeardWithin, Unknown after that. A time of its
// last word that lies ahead (a clock was set back) counts as now.
Plan reconcile_launcher(const json::Value& launcher, Instant now);

}  // namespace holdfast::control
