// Finds out who makes a request: by client certificate (common name and organizations) or bearer token (Token objects,
// and those of Launchers).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "server/user.h"

#include "api/status.h"
#include "http/server/server.h"
#include "os/clock.h"
#include "registry/registry.h"

namespace holdfast::server {

// Safe for any thread. Registry and clock outlive it.
class Authenticator {
 public:
  // `on_token`: told the name of each Token that a request came with and that was good.
  using TokenUsed = std::function<void(const std::string& token)>;
  Authenticator(registry::Registry& registry, os::Clock& clock, TokenUsed on_token = {})
      : registry_(registry), clock_(clock), on_token_(std::move(on_token)) {}

  // A token decides when there is one, whatever the certificate says. 401: neither, or one that is not good; 503: the
  // store with the tokens is away.
  api::ApiResult<User> identify(const http::ServerRequest& request);
  // 401: it is none of ours, has expired or was revoked. That of a launcher ends the one before it.
  api::ApiResult<User> user_of_token(std::string_view token);

 private:
  api::ApiResult<User> user_of_launcher(std::string_view token);

  registry::Registry& registry_;
  os::Clock& clock_;
  const TokenUsed on_token_;
};

}  // namespace holdfast::server
