// An apply that would change what others own.
#pragma once

#include <vector>

#include "api/patch/field_set.h"
#include "api/patch/managed_fields.h"
#include "api/status.h"

namespace holdfast::api {

struct ApplyConflict {
  ManagedEntry* owner = nullptr;  // in the entries that were compared
  FieldSet fields;                // that both want, with different values; not empty
};

// 409 in the words that clients read out: `Apply failed with 1 conflict: conflict with "kubectl": .spec.keep`, or
// `Apply failed with 2 conflicts: conflicts with "curl" using kubermatic.k8c.io/v1:` and a line `- .spec.keep` per
// field. One cause, FieldManagerConflict, per field.
ApiError apply_conflict(const std::vector<ApplyConflict>& conflicts);

}  // namespace holdfast::api
