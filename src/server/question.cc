#include "server/question.h"

#include "server/parameters.h"
#include "server/standing.h"

namespace holdfast::server {
namespace {

// The one value that a label must have; empty when it may have several.
std::string required_label(const api::LabelSelector& selector, std::string_view key) {
  for (const api::LabelRequirement& each : selector.requirements()) {
    if (each.key == key && each.op == api::LabelOperator::in && each.values.size() == 1) return each.values.front();
  }
  return "";
}

bool is_of_many(Verb verb) {
  return verb == Verb::list || verb == Verb::watch;
}

}  // namespace

api::ApiResult<Question> question_of(const http::ServerRequest& request, const Action& action) {
  Question question{.verb = std::string(verb_name(action.verb)),
                    .group = action.kind->group_version.group,
                    .resource = action.kind->plural,
                    .subresource = action.subresource,
                    .name_space = action.name_space,
                    .name = action.name,
                    .project = std::nullopt};
  if (!is_of_many(action.verb)) return question;
  const auto selectors = read_selectors(request, *action.kind);
  if (!selectors) return tl::unexpected(selectors.error());
  question.name = selectors->fields.required("metadata.name").value_or("");
  const bool operations = question.group == "holdfast.dev" && question.resource == "operations";
  if (operations) question.launcher = selectors->fields.required("spec.launcher").value_or("");
  const bool clusters = question.group == "kubermatic.k8c.io" && question.resource == "clusters";
  const std::string project = clusters ? required_label(selectors->labels, kProjectLabel) : std::string();
  if (!project.empty()) question.project = project;
  return question;
}

}  // namespace holdfast::server
