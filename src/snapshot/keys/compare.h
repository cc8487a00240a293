// Compares two listings of keys: a backup's, and that of a cluster as it is now or of another backup. Reads both once,
// side by side; memory for the groups only.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "snapshot/keys/change_groups.h"
#include "snapshot/keys/difference.h"
#include "snapshot/keys/key_state.h"

namespace holdfast::snapshot {

struct ListedKeys {
  KeyCursor& keys;
  std::int64_t revision = 0;  // at which they exist
  bool has_values = true;     // the cursor gives size and digest of values, with the seed of the other one
};

struct CompareOptions {
  std::vector<std::string> roots = usual_roots();  // of objects of Kubernetes: as_root()
  GroupLimits limits = {};
  std::function<void(std::uint64_t keys)> on_progress = {};  // keys compared, of both sides
  std::stop_token stop = {};
};

// A key that both have is reverting when its value or its lease differs; where one of the two has no values, when its
// mod revision differs, which is the same as long as the history is, except for a key that was written anew with the
// value it had. If History is `other` without values, compare again with them.
//
// The histories are the same when each key of the earlier side (by revision) is in the later one as it was, is gone, or
// was changed behind the earlier side's revision, and the later one has no others that are as old: a key that is not so
// is a contradiction. Code::corrupt when the keys of one side do not ascend, Code::cancelled on stop.
Result<KeyDifference> compare_keys(const ListedKeys& backup, const ListedKeys& present, const CompareOptions& options);

}  // namespace holdfast::snapshot
