#include "server/api_server.h"

#include <utility>

#include <fmt/format.h>

#include "server/answer.h"
#include "server/dispatch.h"
#include "server/health.h"
#include "server/impersonation.h"
#include "server/parameters.h"
#include "server/question.h"

#include "api/names.h"
#include "base/log.h"
#include "http/server/compress.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kAuditId = "Audit-Id";
// Of whom nothing is known, as Kubernetes names them.
constexpr std::string_view kAnonymous = "system:anonymous";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";

// What was tried, when that is all there is to tell it by.
std::string verb_of_method(std::string_view method) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  return method == "DELETE" ? "delete" : std::string(method);
}

bool needs_nobody(Endpoint endpoint) {
  return endpoint == Endpoint::health || endpoint == Endpoint::version;
}

// kubectl from 1.26 on asks for all kinds at once before anything else. Of a refusal of that it shows what is plain
// text, and says "unknown" otherwise.
http::ServerResponse refusal_of_document(const http::ServerRequest& request, const api::ApiError& error) {
  const bool as_text = error.code == 403 && request.header("Accept").find("g=apidiscovery.k8s.io") != std::string::npos;
  return as_text ? text_answer(error.code, error.message + "\n") : error_answer(error);
}

void send(const http::ServerRequest& request, http::ServerResponse response, const std::vector<http::Header>& headers,
          http::Responder& responder) {
  const bool cached = std::any_of(response.headers.begin(), response.headers.end(),
                                  [](const http::Header& each) { return each.name == "Cache-Control"; });
  for (const http::Header& header : headers) {
    if (cached && header.name == "Cache-Control") continue;
    response.headers.push_back(header);
  }
  http::compress(request, response);
  responder.send(std::move(response));
}

}  // namespace

void ApiServer::handle(const http::ServerRequest& request, std::unique_ptr<http::Responder> responder) {
  std::vector<http::Header> headers{{std::string(kAuditId), api::new_uid(parts_.backend.random)},
                                    {"Cache-Control", "no-cache, private"}};
  const Place place = read_path(parts_.backend.registry.kinds(), request.path);
  if (place.endpoint == Endpoint::health) {
    const http::ServerResponse health =
        health_answer(parts_.backend.registry.store(), place.word, is_set(request, "verbose"));
    return send(request, health, headers, *responder);
  }
  if (place.endpoint == Endpoint::resource)
    return handle_resource(request, place, std::move(headers), std::move(responder));
  if (!needs_nobody(place.endpoint)) {
    User who;
    const auto known = identify(request, who);
    if (!known) return send(request, refusal_of_document(request, known.error()), headers, *responder);
    if (place.endpoint == Endpoint::metrics) return send(request, metrics(request, *known), headers, *responder);
  }
  const bool reads = request.method == "GET" || request.method == "HEAD";
  http::ServerResponse response = reads ? parts_.documents.answer(request, place) : error_answer(api::unknown_path());
  send(request, std::move(response), headers, *responder);
}

http::ServerResponse ApiServer::metrics(const http::ServerRequest& request, const Known& known) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads || !parts_.metrics) return error_answer(api::unknown_path());
  if (decide_path(known.standing, "/metrics", "get").allowed) return parts_.metrics();
  return error_answer({.code = 403,
                       .reason = "Forbidden",
                       .message = fmt::format("forbidden: User \"{}\" cannot get path \"/metrics\"", known.user.name)});
}

api::ApiResult<ApiServer::Known> ApiServer::authenticate(const http::ServerRequest& request) {
  auto user = parts_.backend.authenticator.identify(request);
  if (!user) return tl::unexpected(std::move(user).error());
  auto standing = parts_.backend.standings.of(*user);
  if (!standing) return tl::unexpected(std::move(standing).error());
  return Known{.user = std::move(*user), .standing = std::move(*standing)};
}

api::ApiResult<ApiServer::Known> ApiServer::identify(const http::ServerRequest& request, User& who) {
  auto known = authenticate(request);
  if (!known) return known;
  who = known->user;
  if (!wants_impersonation(request)) return known;
  auto other = impersonate(request, known->user, known->standing);
  if (!other) return tl::unexpected(std::move(other).error());
  auto standing = parts_.backend.standings.of(*other);
  if (!standing) return tl::unexpected(std::move(standing).error());
  return Known{.user = std::move(*other), .standing = std::move(*standing), .actor = std::move(known->user)};
}

api::ApiResult<Question> ApiServer::authorize(const http::ServerRequest& request, const Action& action,
                                              const Known& known) {
  // Who may make a cluster is said when its project is known.
  if (action.verb == Verb::create && action.kind->plural == "clusters") return Question{};
  auto question = question_of(request, action);
  if (!question) return tl::unexpected(std::move(question).error());
  if (!known.standing.admin) {
    if (auto found = parts_.backend.standings.find_project(*question); !found)
      return tl::unexpected(std::move(found).error());
    if (auto found = parts_.backend.standings.find_order(known.standing, *question); !found)
      return tl::unexpected(std::move(found).error());
  }
  if (decide(known.standing, *question).allowed) return question;
  return tl::unexpected(api::forbidden_action(*action.kind, action.name, known.user.name, verb_name(action.verb),
                                              action.subresource, action.name_space));
}

void ApiServer::handle_resource(const http::ServerRequest& request, const Place& place,
                                std::vector<http::Header> headers, std::unique_ptr<http::Responder> responder) {
  const std::string id = headers.front().value;
  const auto refuse = [&](const api::ApiError& error) { send(request, error_answer(error), headers, *responder); };
  // What a watch is judged by is the store's state from here on.
  const bool watch = is_set(request, "watch");
  const auto judged = watch ? parts_.backend.registry.store().revision() : Result<store::Revision>(0);
  if (!judged) return refuse(api::internal_error(judged.error()));
  User who;
  const auto known = identify(request, who);
  const auto action = read_action(place, request.method, watch);
  if (!known || !action) {
    const api::ApiError& error = known ? action.error() : known.error();
    audit_refusal(request, place, who, id, error);
    return refuse(error);
  }
  const auto question = authorize(request, *action, *known);
  if (!question) {
    audit(request, *action, known->user, nullptr, id, question.error().code, question.error().reason);
    return refuse(question.error());
  }
  const auto accepted = api::negotiate(request.header("Accept"));
  if (!accepted) {
    const api::ApiError error = api::not_acceptable({std::string(kJson)});
    audit(request, *action, known->user, nullptr, id, error.code, error.reason);
    return refuse(error);
  }
  Call call{.backend = parts_.backend,
            .request = request,
            .action = *action,
            .user = known->user,
            .standing = known->standing,
            .accepted = *accepted};
  if (action->verb == Verb::watch) {
    const User* actor = known->actor ? &*known->actor : nullptr;
    parts_.watches.open(call, basis_of(known->user, actor, known->standing, *question), *judged, headers,
                        std::move(responder));
    return;
  }
  if (action->subresource == kDownload) {
    const int code = download(*action, *known, headers, std::move(responder));
    return audit(request, *action, known->user, &call, id, code, "");
  }
  auto answer = dispatch(call);
  http::ServerResponse response = answer ? std::move(*answer) : error_answer(answer.error());
  add_warnings(response, call.warnings);
  audit(request, *action, known->user, &call, id, response.status, answer ? "" : answer.error().reason);
  send(request, std::move(response), headers, *responder);
}

// What goes wrong after the answer has begun is in the log.
int ApiServer::download(const Action& action, const Known& known, const std::vector<http::Header>& headers,
                        std::unique_ptr<http::Responder> responder) {
  auto backup = parts_.backend.registry.get(*action.kind, {.name_space = action.name_space, .name = action.name});
  if (!backup) {
    http::ServerResponse response = error_answer(backup.error());
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    responder->send(std::move(response));
    return backup.error().code;
  }
  return parts_.downloads.open({.kind = *action.kind,
                                .backup = std::move(*backup),
                                .user = known.user.name,
                                .admin = known.standing.admin,
                                .headers = headers},
                               std::move(responder));
}

void ApiServer::audit_refusal(const http::ServerRequest& request, const Place& place, const User& who,
                              const std::string& id, const api::ApiError& error) {
  if (request.method == "GET" || request.method == "HEAD" || is_question(*place.kind)) return;
  const bool nobody = who.name.empty();
  AuditRecord record{.time = format_time(parts_.backend.clock.now(), true),
                     .id = id,
                     .user = nobody ? std::string(kAnonymous) : who.name,
                     .groups = nobody ? std::vector<std::string>{std::string(kUnauthenticated)} : who.groups,
                     .method = who.method,
                     .address = request.peer.address,
                     .agent = request.header("User-Agent"),
                     .verb = verb_of_method(request.method),
                     .group = place.kind->group_version.group,
                     .resource = place.kind->plural,
                     .subresource = place.subresource,
                     .name_space = place.name_space,
                     .name = place.name,
                     .code = error.code,
                     .reason = error.reason};
  const Status written = nobody ? parts_.audit.write_of_stranger(std::move(record), parts_.backend.clock.steady())
                                : parts_.audit.write(record);
  if (!written)
    log::event(log::Level::error, "audit record lost", {{"id", id}, {"error", written.error().to_string()}});
}

void ApiServer::audit(const http::ServerRequest& request, const Action& action, const User& user, const Call* call,
                      const std::string& id, int code, const std::string& reason) {
  // Reading everything a cluster holds is recorded like a write.
  if ((!is_write(action.verb) && action.subresource != kDownload) || is_question(*action.kind)) return;
  AuditRecord record{.time = format_time(parts_.backend.clock.now(), true),
                     .id = id,
                     .user = user.name,
                     .groups = user.groups,
                     .impersonator = user.impersonator,
                     .method = user.method,
                     .address = request.peer.address,
                     .agent = request.header("User-Agent"),
                     .verb = std::string(verb_name(action.verb)),
                     .group = action.kind->group_version.group,
                     .resource = action.kind->plural,
                     .subresource = action.subresource,
                     .name_space = action.name_space,
                     .name = call != nullptr && !call->name.empty() ? call->name : action.name,
                     .dry_run = call != nullptr && call->dry_run,
                     .code = code,
                     .reason = reason};
  if (auto written = parts_.audit.write(record); !written)
    log::event(log::Level::error, "audit record lost", {{"id", id}, {"error", written.error().to_string()}});
}

}  // namespace holdfast::server
