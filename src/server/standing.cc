#include "server/standing.h"

#include <utility>

#include "api/fields.h"
#include "api/rules.h"

namespace holdfast::server {

bool is_about(const json::Value& member, const User& user) {
  const std::string_view name = api::text_at(member, {"spec", "user"});
  const std::string_view group = api::text_at(member, {"spec", "group"});
  return (!name.empty() && name == user.name) || (!group.empty() && user.in_group(group));
}

std::string cluster_of(const Question& question) {
  if (!question.name_space.empty()) return std::string(api::cluster_of_namespace(question.name_space));
  if (question.group.empty() && question.resource == "namespaces")
    return std::string(api::cluster_of_namespace(question.name));
  const bool is_cluster = question.group == "kubermatic.k8c.io" && question.resource == "clusters";
  return is_cluster ? question.name : std::string();
}

bool is_about_namespace(const Question& question) {
  return !question.name_space.empty() || (question.group.empty() && question.resource == "namespaces");
}

std::optional<std::string> project_label(const json::Value& object) {
  const std::string_view project = api::text_at(object, {"metadata", "labels", kProjectLabel});
  if (project.empty()) return std::nullopt;
  return std::string(project);
}

api::ApiResult<Standing> Standings::of(const User& user) {
  Standing standing;
  if (user.launcher)
    standing.launcher = {.name_space = api::cluster_namespace(user.launcher->cluster), .name = user.launcher->name};
  standing.joins = user.joins;
  if (standing.launcher || standing.joins) return standing;
  standing.admin = user.in_group(kAdministrators);
  return standing.admin ? standing : members_.of(user);
}

api::ApiResult<std::optional<json::Value>> Standings::find(const api::Kind& kind, const std::string& name) {
  auto found = registry_.get(kind, {.name_space = "", .name = name});
  if (found) return std::optional<json::Value>(std::move(*found));
  if (found.error().code == 404) return std::optional<json::Value>();
  return tl::unexpected(std::move(found).error());
}

api::ApiResult<void> Standings::find_order(const Standing& standing, Question& question) {
  // What is listed or watched under this name may be another one by then.
  const bool one = question.verb == "get" || question.verb == "update" || question.verb == "patch";
  const bool order = question.group == "holdfast.dev" && question.resource == "operations" && !question.name.empty();
  if (!standing.launcher || !one || !order || question.name_space != standing.launcher->name_space) return {};
  const api::Kind& operations = *registry_.kinds().find("holdfast.dev", "v1", "operations");
  const auto found = registry_.get(operations, {.name_space = question.name_space, .name = question.name});
  if (!found && found.error().code != 404) return tl::unexpected(found.error());
  question.launcher = found ? std::string(api::text_at(*found, {"spec", "launcher"})) : std::string();
  return {};
}

api::ApiResult<void> Standings::find_project(Question& question) {
  if (question.project) return {};
  if (question.group == "kubermatic.k8c.io" && question.resource == "projects" && !question.name.empty()) {
    question.project = question.name;
    return {};
  }
  const std::string name = cluster_of(question);
  if (name.empty()) return {};
  const auto cluster = find(*registry_.kinds().find("kubermatic.k8c.io", "v1", "clusters"), name);
  if (!cluster) return tl::unexpected(cluster.error());
  question.absent = !*cluster;
  if (*cluster) question.project = project_label(**cluster);
  if (*cluster || !is_about_namespace(question)) return {};
  const auto left = find(*registry_.kinds().find("", "v1", "namespaces"), api::cluster_namespace(name));
  if (!left) return tl::unexpected(left.error());
  if (*left) question.project = project_label(**left);
  return {};
}

}  // namespace holdfast::server
