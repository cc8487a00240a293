#include <utility>

#include <fmt/format.h>

#include "server/body.h"
#include "server/write.h"

#include "api/fields.h"
#include "api/patch/json_patch.h"
#include "api/patch/merge_patch.h"
#include "api/patch/server_side_apply.h"
#include "api/patch/strategic_merge.h"
#include "api/patch/unprocessable.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kMergePatch = "application/merge-patch+json";
constexpr std::string_view kJsonPatch = "application/json-patch+json";
constexpr std::string_view kStrategicPatch = "application/strategic-merge-patch+json";
constexpr std::string_view kApplyPatch = "application/apply-patch+yaml";

struct Patch {
  std::string type;
  json::Value document;
  std::vector<std::string> duplicates;
};

api::ApiResult<Patch> read_patch(const Call& call) {
  Patch patch;
  patch.type = media_type(call.request.header("Content-Type"));
  std::vector<std::string> accepted{std::string(kJsonPatch), std::string(kMergePatch), std::string(kApplyPatch)};
  if (call.kind().built_in) accepted.emplace_back(kStrategicPatch);
  if (std::find(accepted.begin(), accepted.end(), patch.type) == accepted.end())
    return tl::unexpected(api::unsupported_media_type(std::move(accepted)));
  auto document = api::decode_body(call.request.body, patch.duplicates);
  if (!document) return tl::unexpected(std::move(document).error());
  patch.document = std::move(*document);
  return patch;
}

api::ApiResult<json::Value> patched(const Call& call, const Patch& patch, const json::Value& before) {
  if (patch.type == kJsonPatch) return api::apply_json_patch(before, patch.document);
  if (patch.type == kMergePatch) return api::apply_merge_patch(before, patch.document);
  return api::apply_strategic_merge(*call.kind().schema, before, patch.document);
}

// What the patch makes of `before`, decoded as a whole object would be. The warnings are those of the last try.
api::ApiResult<json::Value> change(const Call& call, const Patch& patch, const WriteParameters& parameters,
                                   const json::Value& before, std::vector<std::string>& warnings) {
  auto object = patched(call, patch, before);
  if (!object) return tl::unexpected(api::complete(std::move(object).error(), call.kind(), call.action.name));
  auto decoded = api::decode_value(call.kind(), std::move(*object));
  if (!decoded) return tl::unexpected(std::move(decoded).error());
  decoded->duplicate_fields = patch.duplicates;
  if (parameters.validation != FieldValidation::ignore) {
    warnings = api::oddities(*decoded);
    if (!warnings.empty() && parameters.validation == FieldValidation::strict)
      return tl::unexpected(api::strict_patch_error(call.kind(), call.action.name, *decoded));
  }
  return std::move(decoded->object);
}

Answer patch_existing(Call& call, const Patch& patch, const WriteParameters& parameters) {
  std::vector<std::string> warnings;
  auto written = call.backend.registry.update(
      call.kind(), call.id(),
      [&](const json::Value& before) -> api::ApiResult<json::Value> {
        auto object = change(call, patch, parameters, before, warnings);
        if (!object) return object;
        return judged_change(call, "patch", before, std::move(*object));
      },
      write_options(call, parameters));
  call.warnings = std::move(warnings);
  if (!written) return tl::unexpected(std::move(written).error());
  return written_answer(call, std::move(*written));
}

// The head of what is applied must be that of the request; name and namespace may be left out.
api::ApiResult<json::Value> read_config(const Call& call, json::Value config) {
  if (!config.is_object()) return tl::unexpected(api::bad_request("the body of an apply is not a JSON object"));
  const std::string_view version = api::text_at(config, {"apiVersion"});
  const std::string_view kind = api::text_at(config, {"kind"});
  if (kind.empty()) return tl::unexpected(api::bad_request("Object 'Kind' is missing"));
  if (kind != call.kind().kind || version != call.kind().group_version.to_string()) {
    return tl::unexpected(
        api::bad_request(fmt::format("the object is a {} of {}, but this is the place of {} of {}", api::quoted(kind),
                                     api::quoted(version), call.kind().kind, call.kind().group_version.to_string())));
  }
  json::Value& metadata = config.get_object()["metadata"];
  if (metadata.is_null()) metadata = json::Object();
  if (!metadata.is_object()) return tl::unexpected(api::bad_request("metadata is not a JSON object"));
  const auto set = [&](std::string_view name, const std::string& wanted) {
    json::Value& value = metadata.get_object()[name];
    if (value.is_null()) value = wanted;
    return value.is_string() && value.get_string() == wanted;
  };
  if (!set("name", call.action.name)) {
    return tl::unexpected(api::bad_request(
        fmt::format("the name of the object does not match the name on the URL ({})", call.action.name)));
  }
  if (call.kind().namespaced && !set("namespace", call.action.name_space)) {
    return tl::unexpected(
        api::bad_request("the namespace of the provided object does not match the namespace sent on the request"));
  }
  return config;
}

api::ApiResult<json::Value> applied(const Call& call, const WriteParameters& parameters, const json::Value* live,
                                    const json::Value& config) {
  const api::ApplyRequest request{.manager = parameters.manager,
                                  .force = parameters.force,
                                  .subresource = call.action.subresource,
                                  .now = call.backend.registry.now()};
  auto object = api::server_side_apply(call.kind(), live, config, request);
  if (!object) return tl::unexpected(api::complete(std::move(object).error(), call.kind(), call.action.name));
  return object;
}

// An object that is not there is made, which needs the right to do so.
Answer apply_new(Call& call, const WriteParameters& parameters, const json::Value& config) {
  Question question{.verb = "create",
                    .group = call.kind().group_version.group,
                    .resource = call.kind().plural,
                    .subresource = "",
                    .name_space = call.action.name_space,
                    .name = call.action.name,
                    .project = std::nullopt};
  if (auto found = call.backend.standings.find_project(question); !found)
    return tl::unexpected(std::move(found).error());
  const bool judged_later = call.kind().plural == "clusters";
  if (!judged_later && !decide(call.standing, question).allowed) {
    return tl::unexpected(
        api::forbidden_action(call.kind(), call.action.name, call.user.name, "create", "", call.action.name_space));
  }
  auto object = applied(call, parameters, nullptr, config);
  if (!object) return tl::unexpected(std::move(object).error());
  return create_from(call, std::move(*object), parameters, true);
}

Answer apply_existing(Call& call, const WriteParameters& parameters, const json::Value& config) {
  registry::WriteOptions options = write_options(call, parameters);
  options.applied = true;
  auto written = call.backend.registry.update(
      call.kind(), call.id(),
      [&](const json::Value& before) -> api::ApiResult<json::Value> {
        auto object = applied(call, parameters, &before, config);
        if (!object) return object;
        return judged_change(call, "patch", before, std::move(*object));
      },
      options);
  if (!written) return tl::unexpected(std::move(written).error());
  return written_answer(call, std::move(*written));
}

Answer apply(Call& call, Patch patch, WriteParameters parameters) {
  if (!parameters.manager_given) parameters.manager.clear();  // apply insists on one
  if (!patch.duplicates.empty() && parameters.validation == FieldValidation::strict) {
    const api::Decoded decoded{.object = {}, .unknown_fields = {}, .duplicate_fields = patch.duplicates};
    return tl::unexpected(api::strict_patch_error(call.kind(), call.action.name, decoded));
  }
  const auto config = read_config(call, std::move(patch.document));
  if (!config) return tl::unexpected(config.error());
  auto answer = apply_existing(call, parameters, *config);
  if (answer || answer.error().code != 404 || !call.action.subresource.empty()) return answer;
  if (const auto there = call.backend.registry.get(call.kind(), call.id()); there) return answer;
  answer = apply_new(call, parameters, *config);
  // Somebody else has made it meanwhile.
  const bool raced = !answer && answer.error().reason == "AlreadyExists";
  return raced ? apply_existing(call, parameters, *config) : std::move(answer);
}

}  // namespace

Answer patch_object(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), call.action.name));
  call.dry_run = parameters->dry_run;
  auto patch = read_patch(call);
  if (!patch) return tl::unexpected(std::move(patch).error());
  if (patch->type == kApplyPatch) return apply(call, std::move(*patch), *parameters);
  return patch_existing(call, *patch, *parameters);
}

}  // namespace holdfast::server
