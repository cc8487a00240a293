// Which request it was, for metrics. Pure.
#pragma once

#include "server/monitor/event_counts.h"

#include "api/kind.h"
#include "http/server/server.h"

namespace holdfast::server {

RequestLabels labels_of(const api::Kinds& kinds, const http::ServerRequest& request);

}  // namespace holdfast::server
