// What a watch was allowed by, so that it can be ended when that changes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/access.h"
#include "server/user.h"

#include "base/units.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

struct AccessBasis {
  std::vector<User> users;  // who asks, and who they act as, if they do
  bool admin = false;       // then no project was looked at
  std::string cluster;      // whose project decided; empty: none
  std::optional<std::string> project;
  bool about_cluster = false;  // the watch is of the Cluster or the namespace itself, not of what lies in there
  bool by_namespace = false;   // the Cluster was gone: the label of its namespace decided
};

// `actor`: who acts as `user`, or null.
AccessBasis basis_of(const User& user, const User* actor, const Standing& standing, const Question& question);

// May what was allowed on this basis be no longer so after this change? Members of the users, their tokens, and the
// project of the cluster count; true also when a role was raised. Changes that say nothing about it are false.
bool takes_away(const AccessBasis& basis, const registry::ObjectEvent& event);

// Could this change matter to any basis? For what has to be remembered.
bool concerns_access(const registry::ObjectEvent& event);

// When the first of the tokens ends; nothing: never.
std::optional<WallTime> end_of(const AccessBasis& basis);

}  // namespace holdfast::server
