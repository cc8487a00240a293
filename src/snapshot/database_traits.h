// What a database says about itself that somebody who restores it has to know.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "snapshot/bolt_editor.h"

namespace holdfast::snapshot {

struct DatabaseTraits {
  std::vector<std::string> alarms;    // "NOSPACE of member 8e9e05c52164694d"
  std::vector<std::string> learners;  // names (ids where there is none) of members that had no vote
  bool auth_enabled = false;
  std::string cluster_version;  // "3.5.0", empty when unknown
  std::string storage_version;  // "3.6.0", empty before 3.6
};

// Reads the small buckets. Code::corrupt when a bucket cannot be read; an item that makes no sense is passed over.
Result<DatabaseTraits> read_traits(const BoltEditor& database);

}  // namespace holdfast::snapshot
