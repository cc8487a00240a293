// `holdfast watch`.
#pragma once

#include "client/api_client.h"

#include "cli/resources/targets.h"
#include "cli/session.h"

namespace holdfast::cli {

// Prints what is there and then every change, until the stop request: lines of a table that begin with the event; with
// -o json an object {"type", "object"} a line, with -o yaml such documents; with -o name and jsonpath a line for each.
// One kind, or one object.
Status watch_objects(Session& session, client::ApiClient& client, const client::Resource& target,
                     const TargetFlags& flags);

}  // namespace holdfast::cli
