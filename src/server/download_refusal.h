// Why a Backup cannot be downloaded, in the terms of the API. A damaged one is a 409 whose details.causes has the
// reason "BackupDamaged"; what is not there is a 404.
#pragma once

#include <optional>

#include "api/kind.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::server {

// What the catalogue knows already. Nothing when nothing is known against it.
std::optional<api::ApiError> known_refusal(const api::Kind& kind, const json::Value& backup);

// What was found when its object was looked at, before anything was sent.
api::ApiError open_refusal(const api::Kind& kind, const json::Value& backup, const Error& error);

}  // namespace holdfast::server
