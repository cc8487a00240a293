// Looks up what access.h needs to know: the roles of a user and the project that something belongs to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/access.h"
#include "server/members.h"
#include "server/user.h"

#include "api/status.h"
#include "registry/registry.h"

namespace holdfast::server {

// The label of a Cluster that names its project.
constexpr std::string_view kProjectLabel = "project-id";

std::optional<std::string> project_label(const json::Value& object);
// Does this Member speak of the user, or of one of their groups?
bool is_about(const json::Value& member, const User& user);
// The name of the cluster that a question is about, or in whose namespace; empty when it is about none.
std::string cluster_of(const Question& question);
// Is it about the namespace of a cluster, or about what lies in there?
bool is_about_namespace(const Question& question);

// Safe for any thread. Registry and clock outlive it.
class Standings {
 public:
  Standings(registry::Registry& registry, os::Clock& clock) : registry_(registry), members_(registry, clock) {}

  // From the Members, or for launchers and those who join from what they came with. Errors are those of the store.
  api::ApiResult<Standing> of(const User& user);
  // Fills in Question::project from the Cluster with that name, or from the Cluster of the namespace; Question::absent
  // when there is none. What a cluster that is gone left in its namespace is of the project in the label of that, which
  // the reconcilers keep the same as the Cluster's.
  api::ApiResult<void> find_project(Question& question);
  // Fills in Question::launcher from the Operation that is named, for a launcher that asks about one in its namespace.
  api::ApiResult<void> find_order(const Standing& standing, Question& question);

 private:
  // Nothing when there is no such object. Errors are those of the store.
  api::ApiResult<std::optional<json::Value>> find(const api::Kind& kind, const std::string& name);

  registry::Registry& registry_;
  Members members_;
};

}  // namespace holdfast::server
