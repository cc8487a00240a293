// What becomes of a Launcher when one registers with a token to join with. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "model/json.h"

namespace holdfast::server {

struct LauncherRegistration {
  std::string cluster;
  std::string name;
  std::string member;
  std::string id;      // of its machine
  std::string sha256;  // of its new token
};

// The registration in the body of a request, a Launcher: spec.member, status.id, status.credentials[0].sha256. Cluster
// and name are those of the path. Code::usage says what is missing.
Result<LauncherRegistration> read_registration(const json::Value& body, std::string_view cluster,
                                               std::string_view name);

// The Launcher after it; nothing when it has registered like that already. `before` as it lies in the store, null:
// none.
//
// The same machine may come again under its name, say without its state directory: its former credential is void then.
// Another machine never takes a name over, however long nothing was heard of that one: a server that was away hears of
// nobody, and an administrator knows better. Code::exists says what to do.
Result<std::optional<json::Value>> registered(const json::Value* before, const LauncherRegistration& wanted,
                                              WallTime now);

}  // namespace holdfast::server
