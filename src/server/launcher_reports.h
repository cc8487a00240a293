// What a launcher may say: of itself, and of its orders. Pure.
#pragma once

#include "server/user.h"

#include "api/kind.h"
#include "api/status.h"
#include "base/units.h"
#include "model/json.h"

namespace holdfast::server {

// `after` as it may be written over `before` by this user; the same for everybody but launchers. Of its Launcher, what
// the server alone knows stays as it was (its id, its credentials, its conditions), and the time is put down; an order
// that is not its own is refused (403), and one that has ended stays so (the same).
api::ApiResult<json::Value> as_reported(const User& user, const api::Kind& kind, const json::Value& before,
                                        json::Value after, WallTime now);

}  // namespace holdfast::server
