// Where objects are read from: the registry, and for the definitions of the kinds the program itself.
#pragma once

#include "server/call.h"

#include "api/status.h"
#include "registry/registry.h"

namespace holdfast::server {

// CustomResourceDefinitions are no objects of the store.
bool is_definition(const api::Kind& kind);

api::ApiResult<json::Value> read_object(Backend& backend, const api::Kind& kind, const registry::ObjectId& id);
// As Registry::list; definitions come all at once.
api::ApiResult<registry::ListEnd> read_objects(Backend& backend, const api::Kind& kind,
                                               const registry::ListQuery& query,
                                               const registry::Registry::Visitor& visit);

}  // namespace holdfast::server
