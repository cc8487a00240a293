// Spreads the starts of backups whose schedules are the same.
#pragma once

#include <string_view>

#include "control/schedule/schedule.h"

namespace holdfast::control {

// At most a tenth of shortest_period(), and 5 minutes.
constexpr Seconds kLargestSpread{300};
Seconds spread_of(const Schedule& schedule);

// How long behind its slots the config starts its backups, from 0 s to spread_of(): the same for ever, on every machine
// and with every version. The slot itself, and with it the backup's name, stays exact.
// (FNV-1a, 64 bits, over "namespace/name"; its halves joined by exclusive or; modulo spread + 1 s.)
Seconds start_offset(const Schedule& schedule, std::string_view config_namespace, std::string_view config_name);

}  // namespace holdfast::control
