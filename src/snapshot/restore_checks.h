// What can be said of a restore before anything is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "snapshot/restore.h"

namespace holdfast::snapshot {

// The targets with plain paths and their members looked up.
struct PlannedTarget {
  const MemberSpec* member = nullptr;  // in RestoreOptions::membership
  std::string data_dir;
  std::string wal_dir;  // empty: in its usual place
};

// Code::usage when options contradict each other: no target, an unknown or repeated member, directories that are the
// same or lie in each other, bump_revision without mark_compacted or the other way round, not exactly one input.
Result<std::vector<PlannedTarget>> plan_targets(const RestoreInput& input, const RestoreOptions& options);

// Code::no_space when a file system has less room than its share of the targets needs.
Status check_space(os::FileSystem& files, const std::vector<PlannedTarget>& targets, std::uint64_t database_size);

}  // namespace holdfast::snapshot
