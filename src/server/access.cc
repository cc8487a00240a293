#include "server/access.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/downloads.h"

#include "api/launcher_token.h"
#include "api/rules.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kKubermatic = "kubermatic.k8c.io";
constexpr std::string_view kHoldfast = "holdfast.dev";
constexpr std::string_view kAny = "*";

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_reading(std::string_view verb) {
  constexpr std::array<std::string_view, 3> kVerbs{"get", "list", "watch"};
  return is_one_of(verb, kVerbs);
}

bool is_writing(std::string_view verb) {
  constexpr std::array<std::string_view, 5> kVerbs{"create", "update", "patch", "delete", "deletecollection"};
  return is_one_of(verb, kVerbs);
}

// Questions about oneself.
bool is_self_review(const Question& question) {
  constexpr std::array<std::string_view, 2> kAuthorization{"selfsubjectaccessreviews", "selfsubjectrulesreviews"};
  if (question.verb != "create") return false;
  if (question.group == "authorization.k8s.io") return is_one_of(question.resource, kAuthorization);
  return question.group == "authentication.k8s.io" && question.resource == "selfsubjectreviews";
}

// What editors of a project may write in the namespaces of its clusters.
bool is_editable(const Question& question) {
  constexpr std::array<std::string_view, 2> kOfKubermatic{"etcdbackupconfigs", "etcdrestores"};
  constexpr std::array<std::string_view, 2> kOfHoldfast{"operations", "backups"};
  if (question.group.empty()) return question.resource == "secrets";
  if (question.group == kKubermatic) return is_one_of(question.resource, kOfKubermatic);
  return question.group == kHoldfast && is_one_of(question.resource, kOfHoldfast);
}

bool is_launcher(const Question& question) {
  return question.group == kHoldfast && question.resource == "launchers";
}

bool is_secret(const Question& question) {
  return question.group.empty() && question.resource == "secrets";
}

// A snapshot holds everything the cluster holds, its secrets among it.
Role least_reader(const Question& question) {
  if (question.subresource == kDownload) return Role::owner;
  return is_secret(question) ? Role::editor : Role::viewer;
}

// Where backups go and how all of this is set up.
bool is_of_administrators(const Question& question) {
  constexpr std::array<std::string_view, 2> kKinds{"seeds", "kubermaticconfigurations"};
  return question.group == kKubermatic && is_one_of(question.resource, kKinds);
}

// In the namespace of a cluster of the project.
bool may_in_namespace(Role role, const Question& question) {
  if (is_of_administrators(question)) return false;
  if (question.resource == kAny || question.group == kAny || question.verb == kAny) return false;
  if (is_reading(question.verb)) return role >= least_reader(question);
  if (!is_writing(question.verb) || !question.subresource.empty()) return false;
  if (is_launcher(question)) return role == Role::owner && question.verb == "delete";
  return role >= Role::editor && is_editable(question);
}

bool may_with_cluster(Role role, const Question& question) {
  if (is_reading(question.verb)) return role >= Role::viewer;
  constexpr std::array<std::string_view, 4> kVerbs{"create", "update", "patch", "delete"};
  return question.subresource.empty() && role == Role::owner && is_one_of(question.verb, kVerbs);
}

bool may(Role role, const Question& question) {
  if (role == Role::none) return false;
  const bool is_namespace = question.group.empty() && question.resource == "namespaces";
  // Asked for its namespaces, a client names them in both fields.
  if (is_namespace) return is_reading(question.verb) && !question.name.empty();
  if (!question.name_space.empty()) return may_in_namespace(role, question);
  if (question.group != kKubermatic) return false;
  if (question.resource == "clusters") return may_with_cluster(role, question);
  return question.resource == "projects" && is_reading(question.verb) && !question.name.empty();
}

bool owns_something(const Standing& standing) {
  return std::any_of(standing.projects.begin(), standing.projects.end(),
                     [](const auto& each) { return each.second == Role::owner; });
}

// Who may make clusters is told that one is not there, so that `kubectl apply` makes it.
bool may_look_for(const Standing& standing, const Question& question) {
  const bool looks = is_reading(question.verb) || question.verb == "patch";
  if (!question.absent || !looks || question.group != kKubermatic || question.resource != "clusters") return false;
  return owns_something(standing);
}

// Of no cluster that is there.
bool makes_clusters(const Question& question) {
  return question.verb == "create" && question.group == kKubermatic && question.resource == "clusters" &&
         question.subresource.empty() && (question.name.empty() || question.absent);
}

// What nobody may write, because the server or a launcher alone knows it.
bool is_the_servers(const Question& question) {
  if (question.group != kHoldfast || question.subresource.empty() || !is_writing(question.verb)) return false;
  return question.resource == "launchers" || (question.resource == "tokens" && question.subresource == "status");
}

bool is_of_launcher(const Standing::Launcher& launcher, const Question& question) {
  if (question.group != kHoldfast || question.name_space != launcher.name_space) return false;
  const bool reports = question.subresource == "status" && (question.verb == "update" || question.verb == "patch");
  const bool reads = question.subresource.empty() && is_reading(question.verb);
  const bool looks = question.subresource == "status" && question.verb == "get";
  if (question.resource == "operations") return question.launcher == launcher.name && (reads || looks || reports);
  if (question.resource != "launchers" || question.name != launcher.name) return false;
  return reads || looks || reports || (question.subresource == api::kCredential && question.verb == "create");
}

bool is_joining(const Question& question) {
  return question.group == kHoldfast && question.resource == "launchers" && question.subresource == api::kCredential &&
         question.verb == "create" && !question.name.empty() && !question.name_space.empty();
}

Question about(const api::Kind& kind, std::string_view verb, std::string_view name_space,
               const std::optional<std::string>& project) {
  return {.verb = std::string(verb),
          .group = kind.group_version.group,
          .resource = kind.plural,
          .subresource = "",
          .name_space = kind.namespaced ? std::string(name_space) : std::string(),
          .name = "",
          .project = kind.namespaced ? project : std::nullopt};
}

void add_permission(std::vector<Permission>& all, const api::Kind& kind, std::vector<std::string> verbs,
                    std::vector<std::string> names) {
  if (verbs.empty()) return;
  all.push_back({.verbs = std::move(verbs),
                 .groups = {kind.group_version.group},
                 .resources = {kind.plural},
                 .names = std::move(names)});
}

// With a name where only one object is allowed: its own cluster, namespace, project.
std::vector<std::string> allowed_verbs(const Standing& standing, const api::Kind& kind, Question question) {
  std::vector<std::string> verbs;
  for (const std::string& verb : kind.verbs) {
    question.verb = verb;
    if (decide_review(standing, question).allowed) verbs.push_back(verb);
  }
  return verbs;
}

// The objects outside namespaces that belong to the one asked about.
void add_named(std::vector<Permission>& all, const Standing& standing, const api::Kinds& kinds,
               std::string_view name_space, const std::string& project) {
  const std::string cluster(api::cluster_of_namespace(name_space));
  for (const api::Kind& kind : kinds.all()) {
    std::string name;
    if (kind.plural == "namespaces") name = std::string(name_space);
    if (kind.plural == "clusters") name = cluster;
    if (kind.plural == "projects") name = project;
    if (name.empty() || kind.namespaced) continue;
    Question question = about(kind, "", "", project);
    question.project = project;
    question.name = name;
    add_permission(all, kind, allowed_verbs(standing, kind, std::move(question)), {name});
  }
}

}  // namespace

Role role_named(std::string_view word) {
  if (word == "viewer") return Role::viewer;
  if (word == "editor") return Role::editor;
  if (word == "owner") return Role::owner;
  return Role::none;
}

std::string_view role_word(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::editor:
      return "editor";
    case Role::owner:
      return "owner";
    default:
      return "none";
  }
}

Role Standing::role_in(std::string_view project) const {
  const auto found = projects.find(project);
  return found == projects.end() ? Role::none : found->second;
}

Decision decide(const Standing& standing, const Question& question) {
  if (standing.launcher && is_of_launcher(*standing.launcher, question))
    return {.allowed = true, .reason = "a launcher may do this for itself"};
  if (standing.joins && is_joining(question)) return {.allowed = true, .reason = "came with a token to join with"};
  if (is_the_servers(question)) return {.allowed = false, .reason = "the server and launchers alone write this"};
  if (standing.admin) return {.allowed = true, .reason = "administrator"};
  if (is_self_review(question)) return {.allowed = true, .reason = "everybody may ask about themselves"};
  if (question.group == "apiextensions.k8s.io" && question.resource == "customresourcedefinitions" &&
      is_reading(question.verb))
    return {.allowed = true, .reason = "everybody may look at the kinds"};
  if (may_look_for(standing, question)) return {.allowed = true, .reason = "there is no such cluster"};
  if (!question.project) return {};
  const Role role = standing.role_in(*question.project);
  if (!may(role, question)) return {};
  return {.allowed = true, .reason = fmt::format("member of the project \"{}\"", *question.project)};
}

Decision decide_review(const Standing& standing, const Question& question) {
  const Decision decision = decide(standing, question);
  if (decision.allowed || !makes_clusters(question) || !owns_something(standing)) return decision;
  return {.allowed = true, .reason = "owners make clusters with the label project-id of their projects"};
}

Decision decide_path(const Standing& standing, std::string_view path, std::string_view method) {
  if (standing.admin) return {.allowed = true, .reason = "administrator"};
  constexpr std::array<std::string_view, 5> kWhole{"/healthz", "/livez", "/readyz", "/version", "/"};
  constexpr std::array<std::string_view, 3> kTrees{"/api", "/apis", "/openapi"};
  const bool in_tree = std::any_of(kTrees.begin(), kTrees.end(), [&](std::string_view tree) {
    return path == tree || (path.starts_with(tree) && path.substr(tree.size()).starts_with('/'));
  });
  if (standing.metrics && method == "get" && path == "/metrics") return {.allowed = true, .reason = "may read metrics"};
  if (method == "get" && (in_tree || is_one_of(path, kWhole)))
    return {.allowed = true, .reason = "everybody may look at it"};
  return {};
}

std::vector<Permission> permissions(const Standing& standing, const api::Kinds& kinds, std::string_view name_space,
                                    const std::optional<std::string>& project) {
  if (standing.admin) return {{.verbs = {"*"}, .groups = {"*"}, .resources = {"*"}, .names = {}}};
  std::vector<Permission> all;
  for (const api::Kind& kind : kinds.all())
    add_permission(all, kind, allowed_verbs(standing, kind, about(kind, "", name_space, project)), {});
  if (project) add_named(all, standing, kinds, name_space, *project);
  return all;
}

}  // namespace holdfast::server
