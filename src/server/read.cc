#include "server/read.h"

#include <functional>

#include <fmt/format.h>

#include "server/answer.h"
#include "server/objects.h"
#include "server/parameters.h"

#include "api/patch/unprocessable.h"
#include "api/select/continue_token.h"

namespace holdfast::server {
namespace {

registry::ListQuery query_of(const Call& call, const ListParameters& parameters) {
  registry::ListQuery query;
  query.name_space = call.action.name_space;
  query.selectors = parameters.selectors;
  query.limit = parameters.limit;
  if (!parameters.after.empty())
    query.after = registry::kind_prefix(call.kind(), call.action.name_space) + parameters.after;
  query.revision = parameters.continued_at != 0 ? parameters.continued_at : parameters.exactly;
  return query;
}

using Read = std::function<api::ApiResult<registry::ListEnd>(const registry::ListQuery&)>;

// A list in pieces goes on from the state of the first one; when that is no longer kept, from that of now, because a
// list that breaks off is worse.
api::ApiResult<registry::ListEnd> read_all(const Call& call, const ListParameters& parameters, const Read& read) {
  registry::ListQuery query = query_of(call, parameters);
  auto end = read(query);
  const bool gone = !end && end.error().code == 410 && parameters.continued_at != 0;
  if (!gone) return end;
  query.revision = 0;
  return read(query);
}

json::Object list_metadata(const Call& call, const ListParameters& parameters, const registry::ListEnd& end) {
  json::Object metadata{{"resourceVersion", fmt::to_string(end.revision)}};
  if (end.next.empty()) return metadata;
  const std::size_t prefix = registry::kind_prefix(call.kind(), call.action.name_space).size();
  const store::Revision first = parameters.continued_at != 0 ? parameters.continued_at : end.revision;
  const api::ContinueToken token{.revision = static_cast<std::uint64_t>(first), .start = end.next.substr(prefix)};
  metadata["continue"] = token.to_string();
  if (end.remaining) metadata["remainingItemCount"] = *end.remaining;
  return metadata;
}

api::ApiResult<void> check_reached(Call& call, store::Revision at_least) {
  if (at_least == 0) return {};
  auto now = call.backend.registry.store().revision();
  if (!now) return tl::unexpected(api::internal_error(now.error()));
  if (at_least > *now) return tl::unexpected(api::too_large_version(at_least, *now));
  return {};
}

}  // namespace

api::ApiResult<Shape> shape_of(const Call& call) {
  Shape shape{.form = call.accepted.form, .version = call.accepted.version, .include = {}};
  if (shape.form != api::Form::table) return shape;
  const auto include = read_include_object(call.request);
  if (!include) return tl::unexpected(include.error());
  shape.include = *include;
  return shape;
}

Answer object_answer(const Call& call, int status, const json::Value& object) {
  const auto shape = shape_of(call);
  if (!shape) return tl::unexpected(shape.error());
  return json_text(status,
                   object_text(call.backend.tables.of(call.kind()), *shape, object, call.backend.clock.now()) + "\n");
}

Answer get_object(Call& call) {
  const auto object = read_object(call.backend, call.kind(), call.id());
  if (!object) return tl::unexpected(object.error());
  return object_answer(call, 200, *object);
}

Answer list_objects(Call& call) {
  const auto shape = shape_of(call);
  if (!shape) return tl::unexpected(shape.error());
  const auto parameters = read_list_parameters(call.request, call.kind());
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), ""));
  if (auto reached = check_reached(call, parameters->at_least); !reached) return tl::unexpected(reached.error());
  ListText text(call.kind(), call.backend.tables.of(call.kind()), *shape, call.backend.clock.now());
  const auto end = read_all(call, *parameters, [&](const registry::ListQuery& query) {
    if (!text.has_kept_rows() || is_definition(call.kind()))
      return read_objects(call.backend, call.kind(), query, [&](const json::Value& object) { text.add(object); });
    return call.backend.registry.list_undecoded(call.kind(), query, [&](const registry::Listed& object) {
      return text.add(object, call.backend.tables.rows());
    });
  });
  if (!end) return tl::unexpected(end.error());
  return json_text(200, text.finish(list_metadata(call, *parameters, *end)));
}

}  // namespace holdfast::server
