// A kind with every sort of list and map, for the tests of patches.
#pragma once

#include "api/kind.h"

namespace holdfast::test {

// kubermatic.k8c.io/v1 Sample, with the metadata of every kind and
//   spec: schedule, keep, cluster (atomic map), members (keyed by name: port, tags (a set), limits (map)),
//         zones (a set), settings (map of strings), groups (map of objects: size, note), raw (anything), plain (a list)
//   status: phase, count
const api::Kind& sample_kind();

}  // namespace holdfast::test
