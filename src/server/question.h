// What a request asks of access.h.
#pragma once

#include "server/access.h"
#include "server/action.h"

#include "api/status.h"
#include "http/server/server.h"

namespace holdfast::server {

// Lists and watches that a selector restricts to one object, to the clusters of one project, or to the orders of one
// launcher, are about those. 400: a
// selector that cannot be read.
api::ApiResult<Question> question_of(const http::ServerRequest& request, const Action& action);

}  // namespace holdfast::server
