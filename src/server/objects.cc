#include "server/objects.h"

#include "api/fields.h"

namespace holdfast::server {

bool is_definition(const api::Kind& kind) {
  return kind.plural == "customresourcedefinitions";
}

api::ApiResult<json::Value> read_object(Backend& backend, const api::Kind& kind, const registry::ObjectId& id) {
  if (!is_definition(kind)) return backend.registry.get(kind, id);
  for (const json::Value& each : backend.definitions) {
    if (api::text_at(each, {"metadata", "name"}) == id.name) return each;
  }
  return tl::unexpected(api::not_found(kind, id.name));
}

api::ApiResult<registry::ListEnd> read_objects(Backend& backend, const api::Kind& kind,
                                               const registry::ListQuery& query,
                                               const registry::Registry::Visitor& visit) {
  if (!is_definition(kind)) return backend.registry.list(kind, query, visit);
  auto revision = backend.registry.store().revision();
  if (!revision) return tl::unexpected(api::internal_error(revision.error()));
  if (query.after.empty()) {
    for (const json::Value& each : backend.definitions) {
      if (query.selectors.matches(each)) visit(each);
    }
  }
  return registry::ListEnd{.revision = *revision, .next = "", .remaining = std::nullopt};
}

}  // namespace holdfast::server
