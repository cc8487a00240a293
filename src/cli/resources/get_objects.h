// `holdfast get`.
#pragma once

#include <vector>

#include "client/api_client.h"

#include "cli/resources/targets.h"
#include "cli/session.h"

namespace holdfast::cli {

// Prints what the targets mean: tables as the server lays them out, or the objects. When some of the named objects are
// not there, the others are printed; the error is that of the first.
Result<int> get_objects(Session& session, client::ApiClient& client, const std::vector<client::Resource>& targets,
                        const TargetFlags& flags, bool managed_fields);

}  // namespace holdfast::cli
