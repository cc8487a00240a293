// Answers the requests of the HTTP server: who is it, may they, what is there, and a line in the audit log for every
// write.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/audit_log.h"
#include "server/call.h"
#include "server/documents.h"
#include "server/downloads.h"
#include "server/watches.h"

#include "http/server/server.h"
#include "store/store.h"

namespace holdfast::server {

// Safe for any thread. All parts outlive it.
class ApiServer {
 public:
  struct Parts {
    Backend& backend;
    const Documents& documents;
    Watches& watches;
    Downloads& downloads;
    AuditLog& audit;
    std::function<http::ServerResponse()> metrics = {};  // the answer of /metrics; none: 404
  };
  explicit ApiServer(Parts parts) : parts_(parts) {}

  // The http::Handler.
  void handle(const http::ServerRequest& request, std::unique_ptr<http::Responder> responder);

 private:
  struct Known {
    User user;
    Standing standing;
    std::optional<User> actor;  // who acts as `user`
  };
  http::ServerResponse metrics(const http::ServerRequest& request, const Known& known);
  // `who` is who asked, as far as that is known, also when it is refused.
  api::ApiResult<Known> identify(const http::ServerRequest& request, User& who);
  api::ApiResult<Known> authenticate(const http::ServerRequest& request);
  // The question that was answered with yes.
  api::ApiResult<Question> authorize(const http::ServerRequest& request, const Action& action, const Known& known);
  void handle_resource(const http::ServerRequest& request, const Place& place, std::vector<http::Header> headers,
                       std::unique_ptr<http::Responder> responder);
  int download(const Action& action, const Known& known, const std::vector<http::Header>& headers,
               std::unique_ptr<http::Responder> responder);
  // What was refused before it was known who asked, or what they wanted.
  void audit_refusal(const http::ServerRequest& request, const Place& place, const User& who, const std::string& id,
                     const api::ApiError& error);
  void audit(const http::ServerRequest& request, const Action& action, const User& user, const Call* call,
             const std::string& id, int code, const std::string& reason);

  Parts parts_;
};

}  // namespace holdfast::server
