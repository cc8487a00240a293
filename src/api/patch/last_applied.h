// The annotation in which `kubectl apply` keeps what was applied last. A server-side apply by the manager "kubectl"
// looks after it, so that both ways of applying can be mixed and people can move from one to the other.
#pragma once

#include <optional>
#include <string_view>

#include "api/patch/field_set.h"
#include "api/patch/parts.h"
#include "model/json.h"

namespace holdfast::api {

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::string_view kKubectl = "kubectl";

// The fields that were applied last and still have that value in `live`: kubectl may take them from others without
// force. Empty when there is no such annotation or it cannot be read.
FieldSet still_as_applied(const Place& root, const json::Value& live);

// Rewrites the annotation, if `object` has it, to `config` (canonical, with a newline). One that would be longer than
// annotations may be is removed instead.
void refresh_last_applied(json::Value& object, const json::Value& config);

}  // namespace holdfast::api
