#include <utility>

#include <fmt/format.h>

#include "server/bearer_token.h"
#include "server/body.h"
#include "server/launcher_reports.h"
#include "server/read.h"
#include "server/retention_warnings.h"
#include "server/write.h"

#include "api/fields.h"
#include "api/names.h"
#include "api/patch/unprocessable.h"
#include "api/rules.h"
#include "base/log.h"
#include "control/reconcile/ownership.h"

namespace holdfast::server {
namespace {

bool is_kind(const api::Kind& kind, std::string_view group, std::string_view plural) {
  return kind.group_version.group == group && kind.plural == plural;
}

bool is_cluster(const api::Kind& kind) {
  return is_kind(kind, "kubermatic.k8c.io", "clusters");
}

// A Token's name is a part of the token, so it is needed before the registry would make one up.
void name_token(json::Value& object, os::Random& random) {
  json::Value& metadata = object.get_object()["metadata"];
  if (!metadata.is_object()) metadata = json::Object();
  if (!api::text_at(object, {"metadata", "name"}).empty()) return;
  const std::string prefix(api::text_at(object, {"metadata", "generateName"}));
  if (!prefix.empty()) metadata.get_object()["name"] = api::generated_name(prefix, random);
}

// The one answer that shows the token.
void show_token(json::Value& object, const Secret& token) {
  json::Value& status = object.get_object()["status"];
  if (!status.is_object()) status = json::Object();
  status.get_object()["token"] = token.reveal();
}

const api::Kind& namespaces(const Call& call) {
  return *call.backend.registry.kinds().find("", "v1", "namespaces");
}

api::ApiResult<bool> holds_backups(Call& call, const std::string& name_space) {
  registry::ListQuery query;
  query.name_space = name_space;
  query.limit = 1;
  bool holds = false;
  const auto listed = call.backend.registry.list(*call.backend.registry.kinds().find("holdfast.dev", "v1", "backups"),
                                                 query, [&](const json::Value&) { holds = true; });
  if (!listed) return tl::unexpected(listed.error());
  return holds;
}

// For administrators, who can do something about it.
api::ApiError namespace_taken(const Call& call, const std::string& name, const std::optional<std::string>& project) {
  api::ApiError error =
      api::conflict(call.kind(), name,
                    fmt::format("the namespace of a cluster of that name, with its backups, is of {}",
                                project ? fmt::format("project {}", *project) : std::string("no project")));
  error.hint =
      fmt::format("delete the namespace {0}, or change its label {1}, which gives that project the backups in it",
                  api::cluster_namespace(name), kProjectLabel);
  return error;
}

// The backups of a cluster that was removed stay in its namespace: a new cluster of that name must not bring them into
// the hands of another project.
api::ApiResult<void> check_namespace_free(Call& call, const json::Value& cluster) {
  if (!is_cluster(call.kind())) return {};
  const std::string name(api::text_at(cluster, {"metadata", "name"}));
  const auto there =
      call.backend.registry.get(namespaces(call), {.name_space = "", .name = api::cluster_namespace(name)});
  if (!there && there.error().code == 404) return {};
  if (!there) return tl::unexpected(there.error());
  const auto project = project_label(*there);
  if (project == project_label(cluster)) return {};
  if (call.standing.admin) {
    const auto holds = project ? api::ApiResult<bool>(true) : holds_backups(call, api::cluster_namespace(name));
    if (!holds) return tl::unexpected(holds.error());
    if (!*holds) return {};
    return tl::unexpected(namespace_taken(call, name, project));
  }
  return tl::unexpected(
      api::forbidden(call.kind(), name, "the namespace of a cluster of that name belongs to somebody else"));
}

// The namespace of a new cluster. The reconcilers make it, too, for a server that ends between the two.
void make_cluster_namespace(Call& call, const json::Value& cluster) {
  const api::Kind* kind = &namespaces(call);
  const std::string name = api::cluster_namespace(api::text_at(cluster, {"metadata", "name"}));
  json::Object metadata{{"name", name}};
  if (const auto project = project_label(cluster)) metadata["labels"] = json::Object{{kProjectLabel, *project}};
  json::Value object = json::Object{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
  registry::WriteOptions options;
  options.by_server = true;
  const auto made = call.backend.registry.create(*kind, "", std::move(object), options);
  if (!made && made.error().code != 409) {
    log::event(log::Level::warning, "cluster namespace not made",
               {{"namespace", name}, {"error", made.error().message}});
  }
}

}  // namespace

registry::WriteOptions write_options(const Call& call, const WriteParameters& parameters) {
  registry::WriteOptions options;
  options.manager = parameters.manager;
  options.subresource = call.action.subresource;
  options.dry_run = parameters.dry_run;
  if (!call.standing.admin)
    options.may_know = [&standing = call.standing](std::string_view project) {
      return standing.role_in(project) != Role::none;
    };
  return options;
}

Answer written_answer(Call& call, registry::Written written) {
  call.warnings.insert(call.warnings.end(), written.warnings.begin(), written.warnings.end());
  warn_of_removals(call, written.object);
  return object_answer(call, written.created ? 201 : 200, written.object);
}

api::ApiResult<void> check_cluster_project(Call& call, std::string_view verb, const json::Value& cluster) {
  if (call.standing.admin || !is_cluster(call.kind())) return {};
  const std::string name(api::text_at(cluster, {"metadata", "name"}));
  const Question question{.verb = std::string(verb),
                          .group = call.kind().group_version.group,
                          .resource = call.kind().plural,
                          .subresource = call.action.subresource,
                          .name_space = "",
                          .name = name,
                          .project = project_label(cluster)};
  if (decide(call.standing, question).allowed) return {};
  return tl::unexpected(api::forbidden_action(call.kind(), name, call.user.name, verb, call.action.subresource, ""));
}

api::ApiResult<void> check_adoption(Call& call, const json::Value& before, const json::Value& after) {
  if (call.standing.admin || !is_cluster(call.kind())) return {};
  const auto adopts = [](const json::Value& cluster) {
    return api::text_at(cluster, {"metadata", "annotations", control::kAdoptAnnotation});
  };
  if (adopts(after).empty() || adopts(after) == adopts(before)) return {};
  return tl::unexpected(api::forbidden(call.kind(), std::string(api::text_at(after, {"metadata", "name"})),
                                       fmt::format("only administrators may set the annotation {}, which gives a "
                                                   "cluster the backups of another one",
                                                   control::kAdoptAnnotation)));
}

api::ApiResult<json::Value> judged_change(Call& call, std::string_view verb, const json::Value& before,
                                          json::Value after) {
  if (auto allowed = check_cluster_project(call, verb, after); !allowed)
    return tl::unexpected(std::move(allowed).error());
  if (auto allowed = check_adoption(call, before, after); !allowed) return tl::unexpected(std::move(allowed).error());
  return as_reported(call.user, call.kind(), before, std::move(after), call.backend.clock.now());
}

Answer create_from(Call& call, json::Value object, const WriteParameters& parameters, bool applied) {
  if (auto allowed = check_cluster_project(call, "create", object); !allowed)
    return tl::unexpected(std::move(allowed).error());
  if (auto allowed = check_adoption(call, json::Value(), object); !allowed)
    return tl::unexpected(std::move(allowed).error());
  if (auto unused = check_namespace_free(call, object); !unused) return tl::unexpected(std::move(unused).error());
  registry::WriteOptions options = write_options(call, parameters);
  options.applied = applied;
  if (is_cluster(call.kind()) && call.standing.admin) options.status = json::Object{{"madeByAdministrator", true}};
  std::optional<Secret> token;
  if (is_kind(call.kind(), "holdfast.dev", "tokens")) {
    name_token(object, call.backend.random);
    token = new_bearer_token(api::text_at(object, {"metadata", "name"}), call.backend.random);
    options.status = json::Object{{"sha256", token_digest(token->reveal())}};
  }
  auto written = call.backend.registry.create(call.kind(), call.action.name_space, std::move(object), options);
  if (!written) return tl::unexpected(std::move(written).error());
  call.name = registry::id_of(written->object).name;
  if (token && !parameters.dry_run) show_token(written->object, *token);
  if (is_cluster(call.kind()) && !parameters.dry_run) make_cluster_namespace(call, written->object);
  return written_answer(call, std::move(*written));
}

Answer create_object(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), ""));
  call.dry_run = parameters->dry_run;
  auto object = read_object_body(call, *parameters);
  if (!object) return tl::unexpected(std::move(object).error());
  call.name = registry::id_of(*object).name;
  return create_from(call, std::move(*object), *parameters, false);
}

}  // namespace holdfast::server
