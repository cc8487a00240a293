#include "server/impersonation.h"

#include <fmt/format.h>

#include "http/server/text_rules.h"

namespace holdfast::server {
namespace {

constexpr std::string_view kPrefix = "Impersonate-";
constexpr std::string_view kUser = "Impersonate-User";
constexpr std::string_view kGroup = "Impersonate-Group";

bool is_impersonation(std::string_view name) {
  return name.size() >= kPrefix.size() && http::equal_without_case(name.substr(0, kPrefix.size()), kPrefix);
}

api::ApiError refused(const User& user, std::string_view what, const std::string& name) {
  api::ApiError error;
  error.code = 403;
  error.reason = "Forbidden";
  error.kind = std::string(what);
  error.name = name;
  error.message = fmt::format(
      "{0} \"{1}\" is forbidden: User \"{2}\" cannot impersonate resource \"{0}\" in API group \"\" at "
      "the cluster scope",
      what, name, user.name);
  return error;
}

}  // namespace

bool wants_impersonation(const http::ServerRequest& request) {
  for (const http::Header& header : request.headers) {
    if (is_impersonation(header.name)) return true;
  }
  return false;
}

api::ApiResult<User> impersonate(const http::ServerRequest& request, const User& user, const Standing& standing) {
  User other;
  other.name = request.header(kUser);
  if (other.name.empty())
    return tl::unexpected(api::bad_request("requested groups or extra of somebody without naming the user"));
  for (const http::Header& header : request.headers) {
    if (http::equal_without_case(header.name, kGroup)) other.groups.push_back(header.value);
  }
  const Question question{.verb = "impersonate",
                          .group = "",
                          .resource = "users",
                          .subresource = "",
                          .name_space = "",
                          .name = other.name,
                          .project = std::nullopt};
  if (!decide(standing, question).allowed) return tl::unexpected(refused(user, "users", other.name));
  if (!other.in_group(kAuthenticated)) other.groups.emplace_back(kAuthenticated);
  other.impersonator = user.name;
  other.method = user.method;
  return other;
}

}  // namespace holdfast::server
