#include <utility>

#include "server/body.h"
#include "server/write.h"

#include "api/causes.h"
#include "api/fields.h"
#include "api/patch/unprocessable.h"

namespace holdfast::server {

Answer update_object(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), call.action.name));
  call.dry_run = parameters->dry_run;
  const auto object = read_object_body(call, *parameters);
  if (!object) return tl::unexpected(object.error());
  // Kinds of Kubernetes itself may be overwritten without a look at what is there.
  const bool blind = api::text_at(*object, {"metadata", "resourceVersion"}).empty();
  if (blind && !call.kind().built_in) {
    return tl::unexpected(api::invalid(
        call.kind(), call.action.name,
        {api::causes::invalid("metadata.resourceVersion", json::Value(0), "must be specified for an update")}));
  }
  const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
    return judged_change(call, "update", before, *object);
  };
  auto written = call.backend.registry.update(call.kind(), call.id(), change, write_options(call, *parameters));
  if (!written) return tl::unexpected(std::move(written).error());
  return written_answer(call, std::move(*written));
}

}  // namespace holdfast::server
