// Headers with which an administrator acts as somebody else (`kubectl --as`).
#pragma once

#include <optional>

#include "server/access.h"
#include "server/user.h"

#include "api/status.h"
#include "http/server/server.h"

namespace holdfast::server {

bool wants_impersonation(const http::ServerRequest& request);
// Who `user` then is. 403: not allowed to. 400: groups without a user.
api::ApiResult<User> impersonate(const http::ServerRequest& request, const User& user, const Standing& standing);

}  // namespace holdfast::server
