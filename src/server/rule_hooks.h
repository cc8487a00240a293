// What the API's rules ask about schedules and names.
#pragma once

#include "api/rules.h"

namespace holdfast::server {

api::RuleHooks rule_hooks();

}  // namespace holdfast::server
