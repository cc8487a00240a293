#include "server/access_basis.h"

#include <algorithm>

#include "server/standing.h"

#include "api/fields.h"
#include "api/rules.h"
#include "registry/admission.h"

namespace holdfast::server {
namespace {

bool is_kind(const registry::ObjectEvent& event, std::string_view group, std::string_view plural) {
  return event.kind->group_version.group == group && event.kind->plural == plural;
}
bool is_member(const registry::ObjectEvent& event) {
  return is_kind(event, "holdfast.dev", "members");
}
bool is_token(const registry::ObjectEvent& event) {
  return is_kind(event, "holdfast.dev", "tokens");
}
bool is_namespace(const registry::ObjectEvent& event) {
  return is_kind(event, "", "namespaces");
}
bool is_cluster(const registry::ObjectEvent& event) {
  return is_kind(event, "kubermatic.k8c.io", "clusters");
}

bool is_launcher(const registry::ObjectEvent& event) {
  return is_kind(event, "holdfast.dev", "launchers");
}

json::Value spec_of(const registry::SharedObject& object) {
  const json::Value* spec = object ? api::field_at(*object, {"spec"}) : nullptr;
  return spec == nullptr ? json::Value() : *spec;
}

bool is_valid(const registry::SharedObject& object) {
  return object && !registry::is_being_deleted(*object);
}

bool same_spec(const registry::ObjectEvent& event) {
  return is_valid(event.before) == is_valid(event.now) && spec_of(event.before) == spec_of(event.now);
}

std::optional<std::string> project_of(const registry::SharedObject& object) {
  return object ? project_label(*object) : std::nullopt;
}

bool same_project(const registry::ObjectEvent& event) {
  return event.before.has_value() == event.now.has_value() && project_of(event.before) == project_of(event.now);
}

// The group of administrators needs no Member.
bool counts_on_members(const User& user) {
  return !user.in_group(kAdministrators);
}

bool takes_role(const AccessBasis& basis, const registry::ObjectEvent& event) {
  return std::any_of(basis.users.begin(), basis.users.end(), [&](const User& user) {
    if (!counts_on_members(user)) return false;
    return (event.before && is_about(*event.before, user)) || (event.now && is_about(*event.now, user));
  });
}

bool takes_token(const AccessBasis& basis, const registry::ObjectEvent& event) {
  return std::any_of(basis.users.begin(), basis.users.end(),
                     [&](const User& user) { return !user.token.empty() && user.token == event.id.name; });
}

std::int64_t registrations_of(const registry::SharedObject& launcher) {
  const json::Value* count = launcher ? api::field_at(*launcher, {"status", "registrations"}) : nullptr;
  return count != nullptr && count->is_int64() ? count->get_int64() : 0;
}

bool same_registration(const registry::ObjectEvent& event) {
  return is_valid(event.before) == is_valid(event.now) && registrations_of(event.before) == registrations_of(event.now);
}

// It was deleted, or has registered anew.
bool takes_launcher(const AccessBasis& basis, const registry::ObjectEvent& event) {
  return std::any_of(basis.users.begin(), basis.users.end(), [&](const User& user) {
    if (!user.launcher || user.launcher->name != event.id.name) return false;
    if (api::cluster_namespace(user.launcher->cluster) != event.id.name_space) return false;
    return !is_valid(event.now) || registrations_of(event.now) != user.launcher->registration;
  });
}

bool takes_cluster(const AccessBasis& basis, const registry::ObjectEvent& event) {
  if (basis.admin || basis.cluster.empty() || basis.cluster != event.id.name) return false;
  // That it is gone is for those to be told who watch it.
  if (basis.about_cluster && !event.now) return false;
  return !event.now || project_of(event.now) != basis.project || !basis.project;
}

bool takes_namespace(const AccessBasis& basis, const registry::ObjectEvent& event) {
  if (basis.admin || !basis.by_namespace || basis.cluster != api::cluster_of_namespace(event.id.name)) return false;
  if (basis.about_cluster && !event.now) return false;
  return project_of(event.now) != basis.project;
}

}  // namespace

AccessBasis basis_of(const User& user, const User* actor, const Standing& standing, const Question& question) {
  AccessBasis basis;
  basis.users.push_back(user);
  if (actor != nullptr) basis.users.push_back(*actor);
  basis.admin = standing.admin;
  basis.cluster = cluster_of(question);
  basis.project = question.project;
  basis.about_cluster = question.name_space.empty();
  basis.by_namespace = question.absent && is_about_namespace(question);
  return basis;
}

bool concerns_access(const registry::ObjectEvent& event) {
  if (is_member(event) || is_token(event)) return !same_spec(event);
  if (is_launcher(event)) return !same_registration(event);
  return (is_cluster(event) || is_namespace(event)) && !same_project(event);
}

bool takes_away(const AccessBasis& basis, const registry::ObjectEvent& event) {
  if (!concerns_access(event)) return false;
  if (is_member(event)) return takes_role(basis, event);
  if (is_token(event)) return takes_token(basis, event);
  if (is_launcher(event)) return takes_launcher(basis, event);
  if (is_namespace(event)) return takes_namespace(basis, event);
  return takes_cluster(basis, event);
}

std::optional<WallTime> end_of(const AccessBasis& basis) {
  std::optional<WallTime> end;
  for (const User& user : basis.users) {
    if (user.expires && (!end || *user.expires < *end)) end = user.expires;
  }
  return end;
}

}  // namespace holdfast::server
