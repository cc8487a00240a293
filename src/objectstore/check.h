// Can this store be used? Writes, reads, lists and deletes a probe object and says which right is missing.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "objectstore/object_store.h"
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
  bool usable() const;           // every required step is ok
};

// Uses one object under `<prefix>.holdfast-probe-<random>`, which is removed again on every path that can remove it.
CheckReport check_store(ObjectStore& store, const std::string& prefix, os::Random& random, const std::stop_token& stop);

}  // namespace holdfast::objectstore
