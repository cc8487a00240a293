// Carries a plan out.
#pragma once

#include "base/result.h"
#include "control/reconcile/plan.h"
#include "registry/registry.h"

namespace holdfast::control {

// In order, until one fails. Code::exists: an object was changed meanwhile; look at everything anew.
Status carry_out(const Plan& plan, registry::Registry& registry);

}  // namespace holdfast::control
