// Traps of a restored database that do not stop the restore but have to be known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "snapshot/database_traits.h"

namespace holdfast::snapshot {

// One sentence each, first letter in lower case, no full stop. `target_version`: of the etcd that will run the database
// ("3.5", "v3.5.16"); empty: unknown, then nothing is said about versions.
std::vector<std::string> restore_warnings(const DatabaseTraits& found, bool alarms_cleared,
                                          std::string_view target_version);

}  // namespace holdfast::snapshot
