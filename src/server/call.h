// One request about objects on its way through the handlers, and what they work with.
#pragma once

#include <string>
#include <vector>

#include "server/access.h"
#include "server/action.h"
#include "server/authenticator.h"
#include "server/kind_tables.h"
#include "server/standing.h"
#include "server/user.h"

#include "api/accept.h"
#include "api/kind.h"
#include "api/status.h"
#include "http/server/server.h"
#include "os/clock.h"
#include "os/random.h"
#include "registry/registry.h"

namespace holdfast::server {

// What all requests share. Every part is safe for any thread.
struct Backend {
  registry::Registry& registry;
  Authenticator& authenticator;
  Standings& standings;
  const KindTables& tables;
  const std::vector<json::Value>& definitions;  // CustomResourceDefinitions
  os::Clock& clock;
  os::Random& random;
};

struct Call {
  Backend& backend;
  const http::ServerRequest& request;
  const Action& action;
  const User& user;
  const Standing& standing;
  api::Accepted accepted;

  // What the handler adds, for the answer and the audit log.
  std::vector<std::string> warnings = {};
  std::string name = {};  // of an object that the server named
  bool dry_run = false;

  const api::Kind& kind() const { return *action.kind; }
  registry::ObjectId id() const { return {.name_space = action.name_space, .name = action.name}; }
};

using Answer = api::ApiResult<http::ServerResponse>;

}  // namespace holdfast::server
