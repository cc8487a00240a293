#include "api/status.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace holdfast::api {
namespace {

constexpr int kRetrySoon = 1;

ApiError error(int code, std::string reason, std::string message) {
  ApiError made;
  made.code = code;
  made.reason = std::move(reason);
  made.message = std::move(message);
  return made;
}

ApiError about(const Kind& kind, std::string_view name, int code, std::string reason, std::string message) {
  ApiError made = error(code, std::move(reason), std::move(message));
  made.name = std::string(name);
  made.group = kind.group_version.group;
  made.kind = kind.plural;
  return made;
}

json::Object details(const ApiError& error) {
  json::Object out;
  const auto put = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) out[name] = text;
  };
  put("name", error.name);
  put("group", error.group);
  put("kind", error.kind);
  put("uid", error.uid);
  json::Array causes;
  for (const Cause& cause : error.causes) {
    json::Object each{{"reason", cause.reason}, {"message", cause.message}};
    if (!cause.field.empty()) each["field"] = cause.field;
    causes.push_back(std::move(each));
  }
  if (!error.hint.empty()) causes.push_back(json::Object{{"reason", kHint}, {"message", error.hint}});
  if (!causes.empty()) out["causes"] = std::move(causes);
  if (error.retry_after_seconds) out["retryAfterSeconds"] = *error.retry_after_seconds;
  return out;
}

std::string listed(const std::vector<Cause>& causes) {
  std::vector<std::string> texts;
  for (const Cause& cause : causes)
    texts.push_back(cause.field.empty() ? cause.message : cause.field + ": " + cause.message);
  return texts.size() == 1 ? texts.front() : fmt::format("[{}]", fmt::join(texts, ", "));
}

// "EtcdBackupConfig.kubermatic.k8c.io", "Secret".
std::string qualified_kind(const Kind& kind) {
  return kind.group_version.group.empty() ? kind.kind : kind.kind + "." + kind.group_version.group;
}

// `etcdbackupconfigs.kubermatic.k8c.io "daily"`; without a name nothing is in quotes.
std::string subject(const Kind& kind, std::string_view name) {
  return name.empty() ? kind.qualified_plural() : fmt::format("{} \"{}\"", kind.qualified_plural(), name);
}

}  // namespace

json::Value ApiError::to_status() const {
  return json::Object{{"kind", "Status"},   {"apiVersion", "v1"}, {"metadata", json::Object()}, {"status", "Failure"},
                      {"message", message}, {"reason", reason},   {"details", details(*this)},  {"code", code}};
}

ApiError bad_request(std::string message) {
  return error(400, "BadRequest", std::move(message));
}

ApiError unauthorized() {
  return error(401, "Unauthorized", "Unauthorized");
}

ApiError forbidden(const Kind& kind, std::string_view name, std::string message) {
  return about(kind, name, 403, "Forbidden", fmt::format("{} is forbidden: {}", subject(kind, name), message));
}

ApiError forbidden_action(const Kind& kind, std::string_view name, std::string_view user, std::string_view verb,
                          std::string_view subresource, std::string_view name_space) {
  const std::string resource = subresource.empty() ? kind.plural : fmt::format("{}/{}", kind.plural, subresource);
  const std::string where =
      name_space.empty() ? "at the cluster scope" : fmt::format("in the namespace \"{}\"", name_space);
  return forbidden(kind, name,
                   fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", user, verb, resource,
                               kind.group_version.group, where));
}

ApiError namespace_terminating(const Kind& kind, std::string_view name, std::string_view name_space) {
  ApiError made =
      forbidden(kind, name,
                fmt::format("unable to create new content in namespace {} because it is being terminated", name_space));
  made.causes.push_back({.reason = "NamespaceTerminating",
                         .message = fmt::format("namespace {} is being terminated", name_space),
                         .field = "metadata.namespace"});
  return made;
}

ApiError not_found(const Kind& kind, std::string_view name) {
  return about(kind, name, 404, "NotFound", fmt::format("{} not found", subject(kind, name)));
}

ApiError unknown_path() {
  return error(404, "NotFound", "the server could not find the requested resource");
}

ApiError already_exists(const Kind& kind, std::string_view name) {
  return about(kind, name, 409, "AlreadyExists", fmt::format("{} already exists", subject(kind, name)));
}

ApiError conflict(const Kind& kind, std::string_view name, std::string message) {
  return about(kind, name, 409, "Conflict",
               fmt::format("Operation cannot be fulfilled on {}: {}", subject(kind, name), message));
}

ApiError modified_conflict(const Kind& kind, std::string_view name) {
  return conflict(kind, name,
                  "the object has been modified; please apply your changes to the latest version and try again");
}

ApiError expired(std::string message) {
  return error(410, "Expired", std::move(message));
}

ApiError too_old(std::int64_t asked, std::int64_t oldest) {
  return expired(fmt::format("too old resource version: {} ({})", asked, oldest));
}

ApiError too_large_version(std::int64_t asked, std::int64_t current) {
  ApiError made = error(504, "Timeout", fmt::format("Too large resource version: {}, current: {}", asked, current));
  made.causes.push_back({.reason = "ResourceVersionTooLarge", .message = "Too large resource version", .field = ""});
  made.retry_after_seconds = kRetrySoon;
  return made;
}

ApiError not_acceptable(std::vector<std::string> offered) {
  return error(406, "NotAcceptable",
               fmt::format("only the following media types are accepted: {}", fmt::join(offered, ", ")));
}

ApiError too_many_requests(std::string message, int retry_after_seconds) {
  ApiError made = error(429, "TooManyRequests", std::move(message));
  made.retry_after_seconds = retry_after_seconds;
  return made;
}

ApiError unavailable(std::string message, int retry_after_seconds) {
  ApiError made = error(503, "ServiceUnavailable", std::move(message));
  made.retry_after_seconds = retry_after_seconds;
  return made;
}

ApiError invalid(const Kind& kind, std::string_view name, std::vector<Cause> causes) {
  ApiError made = about(kind, name, 422, "Invalid",
                        fmt::format("{} \"{}\" is invalid: {}", qualified_kind(kind), name, listed(causes)));
  made.kind = kind.kind;
  made.causes = std::move(causes);
  return made;
}

ApiError unsupported_media_type(std::vector<std::string> accepted) {
  return error(415, "UnsupportedMediaType",
               fmt::format("the body of the request was in an unknown format - accepted media types include: {}",
                           fmt::join(accepted, ", ")));
}

ApiError method_not_allowed(const Kind& kind, std::string_view verb) {
  return about(kind, "", 405, "MethodNotAllowed",
               fmt::format("{} is not supported on resources of kind \"{}\"", verb, kind.qualified_plural()));
}

ApiError too_large(std::size_t limit) {
  return error(413, "RequestEntityTooLarge", fmt::format("Request entity too large: limit is {} bytes", limit));
}

json::Value success(const Kind& kind, std::string_view name, std::string_view uid) {
  ApiError made = about(kind, name, 200, "", "");
  made.uid = std::string(uid);
  return json::Object{{"kind", "Status"},
                      {"apiVersion", "v1"},
                      {"metadata", json::Object()},
                      {"status", "Success"},
                      {"details", details(made)}};
}

ApiError internal_error(const Error& cause) {
  std::string message = cause.to_string();
  if (!cause.hint.empty()) message += " (" + cause.hint + ")";
  if (cause.code == Code::unavailable || cause.code == Code::timeout)
    return unavailable(std::move(message), kRetrySoon);
  return error(500, "InternalError", "Internal error occurred: " + message);
}

}  // namespace holdfast::api
