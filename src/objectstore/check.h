// Can this store be used? Writes, reads, lists and deletes a probe object and says which right is missing.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "objectstore/object_store.h"
#include "os/clock.h"
#include "os/random.h"

namespace holdfast::objectstore {

struct CheckStep {
  std::string name;  // "write", "head", "read", "list", "delete", "conditional write"
  bool ok = false;
  bool required = true;
  std::string error;  // why not, with the right that is missing; empty when ok
  std::string hint;
};

struct CheckReport {
  std::vector<CheckStep> steps;  // in the order tried; a step that could not be tried has ok=false and says why
  std::string left_behind;       // key of the probe object, when it could not be removed; empty when it is gone
  bool usable() const;           // every required step is ok
};

// Names of all probe objects begin so, below the prefix.
inline constexpr std::string_view kProbeName = ".holdfast-probe-";

// Uses one object under `<prefix>.holdfast-probe-<random>`, which is removed again on every path that can remove it.
// Where that is not allowed it stays, and the next check takes the same name again; older ones that may be removed by
// now go.
CheckReport check_store(ObjectStore& store, const std::string& prefix, os::Random& random, os::Clock& clock,
                        const std::stop_token& stop);

}  // namespace holdfast::objectstore
