#include <optional>
#include <utility>
#include <vector>

#include "server/answer.h"
#include "server/body.h"
#include "server/forms.h"
#include "server/parameters.h"
#include "server/pins.h"
#include "server/read.h"
#include "server/write.h"

#include "api/fields.h"
#include "api/patch/unprocessable.h"

namespace holdfast::server {
namespace {

// Namespaces that the server itself needs.
bool is_protected(const api::Kind& kind, std::string_view name) {
  return registry::is_namespace(kind) && (name == "default" || name == "kube-system" || name == "kubermatic");
}

api::ApiResult<registry::DeleteOptions> read_options(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), call.action.name));
  const auto body = read_delete_body(call.request);
  if (!body) return tl::unexpected(api::complete(body.error(), call.kind(), call.action.name));
  registry::DeleteOptions options;
  options.uid = body->uid;
  options.resource_version = body->resource_version;
  options.dry_run = body->dry_run || parameters->dry_run;
  options.objection = pin_objection(call.kind());
  call.dry_run = options.dry_run;
  return options;
}

api::ApiResult<registry::Deleted> remove_one(Call& call, const registry::ObjectId& id,
                                             const registry::DeleteOptions& options) {
  if (is_protected(call.kind(), id.name))
    return tl::unexpected(api::forbidden(call.kind(), id.name, "this namespace may not be deleted"));
  if (registry::is_namespace(call.kind())) {
    if (auto held = check_no_pins(call.backend.registry, id.name); !held)
      return tl::unexpected(std::move(held).error());
  }
  return call.backend.registry.remove(call.kind(), id, options);
}

}  // namespace

Answer delete_object(Call& call) {
  const auto options = read_options(call);
  if (!options) return tl::unexpected(options.error());
  const auto deleted = remove_one(call, call.id(), *options);
  if (!deleted) return tl::unexpected(deleted.error());
  if (!deleted->removed) return object_answer(call, 200, deleted->object);
  return json_answer(200,
                     api::success(call.kind(), call.action.name, api::text_at(deleted->object, {"metadata", "uid"})));
}

Answer delete_objects(Call& call) {
  const auto options = read_options(call);
  if (!options) return tl::unexpected(options.error());
  const auto shape = shape_of(call);
  if (!shape) return tl::unexpected(shape.error());
  auto selectors = read_selectors(call.request, call.kind());
  if (!selectors) return tl::unexpected(std::move(selectors).error());
  registry::ListQuery query;
  query.name_space = call.action.name_space;
  query.selectors = std::move(*selectors);
  std::vector<registry::ObjectId> ids;
  std::optional<api::ApiError> objection;
  const auto end = call.backend.registry.list(call.kind(), query, [&](const json::Value& object) {
    ids.push_back(registry::id_of(object));
    if (!objection && options->objection) objection = options->objection(object);
  });
  if (!end) return tl::unexpected(end.error());
  if (objection) return tl::unexpected(std::move(*objection));  // all or nothing
  ListText text(call.kind(), call.backend.tables.of(call.kind()), *shape, call.backend.clock.now());
  for (const registry::ObjectId& id : ids) {
    const auto deleted = remove_one(call, id, *options);
    if (!deleted && deleted.error().code == 404) continue;  // gone already
    if (!deleted) return tl::unexpected(deleted.error());
    text.add(deleted->object);
  }
  return json_text(200, text.finish({{"resourceVersion", std::to_string(end->revision)}}));
}

}  // namespace holdfast::server
