// Whether a restore may begin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/restore/view.h"

namespace holdfast::control {

// Members of etcd that have no launcher, with commas; "any member" when there is no launcher at all. Empty: none.
std::string members_without_launcher(const RestoreView& view);

// What the reading of the backup found, and what can be seen of the members: launchers that are silent, too little
// room, clocks that are off, versions that differ, a revision that cannot be raised, a revision bump that is not
// enough.
std::vector<Finding> preflight_findings(const RestoreView& view, Instant now);

// The revision that is to be staged; 0: that of the backup as it is. Nothing when there is no such number.
std::optional<std::int64_t> target_revision(const RestoreView& view);

// `revisionBump: auto`: above whatever the old cluster can have shown to anybody.
constexpr std::int64_t kRevisionBump = 1'000'000'000;

}  // namespace holdfast::control
