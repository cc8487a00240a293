// Who may do what: a pure function of roles and the question. Requests and the reviews that `kubectl auth can-i` asks
// go through the same one, so that its answer is the truth.
//
//   admin    everything
//   owner    in a project: what an editor may, creates, changes and removes its clusters, removes their launchers, and
//            downloads their backups
//   editor   in a project: what a viewer may, and writes backup configs, restores, operations, backups and secrets in
//            the namespaces of its clusters
//   viewer   in a project: reads the project, its clusters, and everything in their namespaces but secrets and the
//   kinds
//            that say where backups go (Seeds, KubermaticConfigurations)
//   metrics  reads /metrics, nothing else
//   launcher with the credential of a Launcher: reads that and reports its status, asks for its next credential; of the
//            namespace it lies in, reads the Operations that are its orders and reports theirs. Nothing else, whatever
//            Members say
//   join     with a token to join with: registers launchers, nothing else
//   everybody who is known: discovery, reviews of oneself, the definitions of the kinds
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"

namespace holdfast::server {

enum class Role { none, viewer, editor, owner };
Role role_named(std::string_view word);  // none for what is no role of a project
std::string_view role_word(Role role);   // "viewer"; "none"

// What a user is, as far as it counts here.
struct Standing {
  bool admin = false;
  bool metrics = false;                               // may read /metrics
  std::map<std::string, Role, std::less<>> projects;  // the highest role in each
  struct Launcher {
    std::string name_space;
    std::string name;
  };
  std::optional<Launcher> launcher;  // then, and when `joins`, nothing else counts
  bool joins = false;

  Role role_in(std::string_view project) const;
};

// May somebody do this? About a resource; strings as in a SubjectAccessReview, where "*" means every one.
struct Question {
  std::string verb;
  std::string group;
  std::string resource;  // plural
  std::string subresource;
  std::string name_space;
  std::string name;  // also of a list or watch that a selector restricts to one object
  // The project of the cluster that the question is about, of the one whose namespace it is about (also when only the
  // namespace is left of it), or, of a Project, itself. Nothing: it belongs to none.
  std::optional<std::string> project;
  bool absent = false;  // it is about a cluster that does not exist
  // Of Operations: whose orders the list or watch is restricted to, or whose order the one that is named is.
  std::string launcher = {};
};

struct Decision {
  bool allowed = false;
  std::string reason;  // for people
};

Decision decide(const Standing& standing, const Question& question);
// The same for a review, which cannot say what the object would look like: owners may make clusters, namely in their
// projects.
Decision decide_review(const Standing& standing, const Question& question);
// Of a path that is no resource ("/version", "/openapi/v3").
Decision decide_path(const Standing& standing, std::string_view path, std::string_view method);

// What decide() allows in a namespace, as lists; for SelfSubjectRulesReview. `project` is that of the namespace.
struct Permission {
  std::vector<std::string> verbs;
  std::vector<std::string> groups;
  std::vector<std::string> resources;
  std::vector<std::string> names;  // empty: all
};
std::vector<Permission> permissions(const Standing& standing, const api::Kinds& kinds, std::string_view name_space,
                                    const std::optional<std::string>& project);

}  // namespace holdfast::server
