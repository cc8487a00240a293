#include "server/reviews.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "server/body.h"
#include "server/path.h"
#include "server/read.h"

#include "api/causes.h"
#include "api/fields.h"
#include "api/object.h"
#include "api/patch/unprocessable.h"

namespace holdfast::server {
namespace {

json::Array texts(const std::vector<std::string>& values) {
  json::Array array;
  for (const std::string& each : values)
    array.emplace_back(each);
  return array;
}

json::Object user_info(const User& user) {
  json::Object info{{"username", user.name}, {"groups", texts(user.groups)}};
  if (!user.uid.empty()) info["uid"] = user.uid;
  return info;
}

// What the Members say of somebody, since nobody but administrators can read those: "admin", "metrics", "PROJECT=ROLE".
json::Array roles_of(const Standing& standing) {
  json::Array roles;
  if (standing.admin) roles.emplace_back("admin");
  if (standing.metrics && !standing.admin) roles.emplace_back("metrics");
  for (const auto& [project, role] : standing.projects)
    roles.emplace_back(fmt::format("{}={}", project, role_word(role)));
  return roles;
}

json::Object info_of_self(const Call& call) {
  json::Object info = user_info(call.user);
  json::Array roles = roles_of(call.standing);
  if (!roles.empty()) info["extra"] = json::Object{{"holdfast.dev/roles", std::move(roles)}};
  return info;
}

Question question_of(const json::Value& attributes) {
  const auto text = [&](std::string_view name) { return std::string(api::text_at(attributes, {name})); };
  return {.verb = text("verb"),
          .group = text("group"),
          .resource = text("resource"),
          .subresource = text("subresource"),
          .name_space = text("namespace"),
          .name = text("name"),
          .project = std::nullopt};
}

// Does any request lead to it? "*" is for decide() to judge.
bool is_served(const api::Kinds& kinds, const Question& question) {
  if (question.group == "*" || question.resource == "*") return true;
  for (const api::Kind& kind : kinds.all()) {
    if (kind.group_version.group != question.group || kind.plural != question.resource) continue;
    return question.subresource.empty() || has_subresource(kind, question.subresource);
  }
  return false;
}

// Whether somebody of this standing may do what the review asks about.
api::ApiResult<Decision> judge(Call& call, const Standing& standing, const json::Value& review) {
  if (const json::Value* path = api::field_at(review, {"spec", "nonResourceAttributes"}))
    return decide_path(standing, api::text_at(*path, {"path"}), api::text_at(*path, {"verb"}));
  const json::Value* attributes = api::field_at(review, {"spec", "resourceAttributes"});
  if (attributes == nullptr) {
    return tl::unexpected(
        api::invalid(call.kind(), "", {api::causes::required("spec.resourceAttributes", "or nonResourceAttributes")}));
  }
  Question question = question_of(*attributes);
  // Administrators may do everything, also what is only to come.
  if (!standing.admin && !is_served(call.backend.registry.kinds(), question))
    return Decision{.allowed = false, .reason = "there is no such resource"};
  if (auto found = call.backend.standings.find_project(question); !found)
    return tl::unexpected(std::move(found).error());
  if (auto found = call.backend.standings.find_order(standing, question); !found)
    return tl::unexpected(std::move(found).error());
  return decide_review(standing, question);
}

json::Object access_status(const Decision& decision) {
  json::Object status{{"allowed", decision.allowed}};
  if (!decision.reason.empty()) status["reason"] = decision.reason;
  return status;
}

api::ApiResult<json::Object> access_of_self(Call& call, const json::Value& review) {
  const auto decision = judge(call, call.standing, review);
  if (!decision) return tl::unexpected(decision.error());
  return access_status(*decision);
}

api::ApiResult<json::Object> access_of_another(Call& call, const json::Value& review) {
  User user;
  user.name = std::string(api::text_at(review, {"spec", "user"}));
  if (const json::Array* groups = api::array_at(review, {"spec", "groups"})) {
    for (const json::Value& group : *groups) {
      if (group.is_string()) user.groups.emplace_back(group.get_string());
    }
  }
  const auto standing = call.backend.standings.of(user);
  if (!standing) return tl::unexpected(standing.error());
  const auto decision = judge(call, *standing, review);
  if (!decision) return tl::unexpected(decision.error());
  return access_status(*decision);
}

json::Object rule(std::vector<std::string> verbs, std::string_view where, json::Array values) {
  return {{"verbs", texts(verbs)}, {where, std::move(values)}};
}

json::Array path_rules(const Standing& standing) {
  if (standing.admin) return {rule({"*"}, "nonResourceURLs", {"*"})};
  json::Array paths{"/api",     "/api/*",     "/apis",   "/apis/*",  "/healthz", "/livez",
                    "/openapi", "/openapi/*", "/readyz", "/version", "/"};
  if (standing.metrics) paths.push_back("/metrics");
  return {rule({"get"}, "nonResourceURLs", std::move(paths))};
}

api::ApiResult<json::Object> rules_of_self(Call& call, const json::Value& review) {
  const std::string name_space(api::text_at(review, {"spec", "namespace"}));
  Question question;
  question.name_space = name_space;
  if (auto found = call.backend.standings.find_project(question); !found)
    return tl::unexpected(std::move(found).error());
  json::Array rules;
  for (const Permission& each :
       permissions(call.standing, call.backend.registry.kinds(), name_space, question.project)) {
    json::Object entry{
        {"verbs", texts(each.verbs)}, {"apiGroups", texts(each.groups)}, {"resources", texts(each.resources)}};
    if (!each.names.empty()) entry["resourceNames"] = texts(each.names);
    rules.push_back(std::move(entry));
  }
  return json::Object{
      {"resourceRules", std::move(rules)}, {"nonResourceRules", path_rules(call.standing)}, {"incomplete", false}};
}

api::ApiResult<json::Object> token_status(Call& call, const json::Value& review) {
  const auto user = call.backend.authenticator.user_of_token(api::text_at(review, {"spec", "token"}));
  if (user) return json::Object{{"authenticated", true}, {"user", user_info(*user)}};
  if (user.error().code != 401) return tl::unexpected(user.error());
  return json::Object{{"authenticated", false}};
}

api::ApiResult<json::Object> status_of(Call& call, const json::Value& review) {
  const std::string& kind = call.kind().kind;
  if (kind == "SelfSubjectAccessReview") return access_of_self(call, review);
  if (kind == "SelfSubjectRulesReview") return rules_of_self(call, review);
  if (kind == "SubjectAccessReview") return access_of_another(call, review);
  if (kind == "TokenReview") return token_status(call, review);
  return json::Object{{"userInfo", info_of_self(call)}};
}

}  // namespace

bool is_review(const api::Kind& kind) {
  return kind.group_version.group == "authorization.k8s.io" || kind.group_version.group == "authentication.k8s.io";
}

Answer answer_review(Call& call) {
  const auto parameters = read_write_parameters(call.request);
  if (!parameters) return tl::unexpected(api::complete(parameters.error(), call.kind(), ""));
  auto review = read_object_body(call, *parameters);
  if (!review) return tl::unexpected(std::move(review).error());
  auto status = status_of(call, *review);
  if (!status) return tl::unexpected(std::move(status).error());
  json::Object& object = review->get_object();
  if (object.if_contains("metadata") == nullptr) object["metadata"] = json::Object();
  if (json::Value* spec = object.if_contains("spec"); spec != nullptr && spec->is_object())
    spec->get_object().erase("token");  // it goes nowhere
  object["status"] = std::move(*status);
  return object_answer(call, 201, *review);
}

}  // namespace holdfast::server
