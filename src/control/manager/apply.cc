#include "control/manager/apply.h"

#include "api/object.h"
#include "control/manager/views.h"

namespace holdfast::control {
namespace {

constexpr std::string_view kManager = "holdfast-control";

registry::WriteOptions options_for(Action::What what) {
  registry::WriteOptions options;
  options.manager = kManager;
  options.by_server = true;
  if (what == Action::What::update_status) options.subresource = "status";
  return options;
}

Status told(const api::ApiError& error, const Action& action) {
  return in_context(error_of(error), "write {} {}/{}", action.type.kind, namespace_of(action.object),
                    name_of(action.object));
}

Status create(const Action& action, const api::Kind& kind, registry::Registry& registry) {
  auto decoded = api::decode_value(kind, action.object);
  if (!decoded) return told(decoded.error(), action);
  if (!decoded->unknown_fields.empty())
    return fail(Code::internal, "a new {} would lose its field {}", kind.kind, decoded->unknown_fields.front());
  const auto written =
      registry.create(kind, namespace_of(action.object), std::move(decoded->object), options_for(action.what));
  if (!written && written.error().reason == "AlreadyExists") return {};
  if (!written) return told(written.error(), action);
  return {};
}

Status update(const Action& action, const api::Kind& kind, registry::Registry& registry) {
  const auto change = [&](const json::Value&) -> api::ApiResult<json::Value> { return action.object; };
  const auto written = registry.update(kind, registry::id_of(action.object), change, options_for(action.what));
  if (!written) return told(written.error(), action);
  return {};
}

Status remove(const Action& action, const api::Kind& kind, registry::Registry& registry) {
  registry::DeleteOptions options;
  options.uid = uid_of(action.object);
  const auto removed = registry.remove(kind, registry::id_of(action.object), options);
  if (!removed && removed.error().code != 404 && removed.error().code != 409) return told(removed.error(), action);
  return {};
}

}  // namespace

Status carry_out(const Plan& plan, registry::Registry& registry) {
  for (const Action& action : plan.actions) {
    const api::Kind& kind = kind_of(registry, action.type);
    switch (action.what) {
      case Action::What::create:
        HF_TRY(create(action, kind, registry));
        break;
      case Action::What::update:
      case Action::What::update_status:
        HF_TRY(update(action, kind, registry));
        break;
      case Action::What::remove:
        HF_TRY(remove(action, kind, registry));
        break;
    }
  }
  return {};
}

}  // namespace holdfast::control
