#include "server/authenticator.h"

#include <fmt/format.h>

#include "server/bearer_token.h"
#include "server/launcher_credentials.h"

#include "api/fields.h"
#include "api/launcher_token.h"
#include "api/rules.h"
#include "base/log.h"
#include "base/units.h"
#include "registry/codec.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostTokenBytes = 512;

User made_from(const json::Value& token) {
  User user;
  user.name = std::string(api::text_at(token, {"spec", "user"}));
  user.uid = std::string(api::text_at(token, {"metadata", "uid"}));
  user.method = "token";
  user.token = std::string(api::text_at(token, {"metadata", "name"}));
  if (const auto until = parse_time(api::text_at(token, {"spec", "expirationTime"}))) user.expires = *until;
  if (const json::Array* groups = api::array_at(token, {"spec", "groups"})) {
    for (const json::Value& group : *groups) {
      if (group.is_string()) user.groups.emplace_back(group.get_string());
    }
  }
  user.groups.emplace_back(kAuthenticated);
  user.joins = user.name == api::kJoinUser && api::object_at(token, {"spec", "join"}) != nullptr;
  return user;
}

User made_from(const json::Value& launcher, const api::LauncherName& name, const LauncherCredential& credential) {
  User user;
  user.name = fmt::format("{}{}:{}", api::kLauncherUser, name.cluster, name.name);
  user.uid = std::string(api::text_at(launcher, {"metadata", "uid"}));
  user.method = "token";
  user.expires = credential.expires;
  user.groups = {std::string(api::kLaunchers), std::string(kAuthenticated)};
  const json::Value* count = api::field_at(launcher, {"status", "registrations"});
  user.launcher = LauncherIdentity{.cluster = name.cluster,
                                   .name = name.name,
                                   .registration = count != nullptr && count->is_int64() ? count->get_int64() : 0,
                                   .sha256 = credential.sha256};
  return user;
}

// What is recognized by a credential for the first time ends the one before. When that cannot be written now, it is at
// the next request.
void keep_only(registry::Registry& registry, const api::Kind& kind, const json::Value& launcher,
               const LauncherCredentials& credentials) {
  json::Value after = launcher;
  after.get_object()["status"].get_object()["credentials"] = credentials_as_json(credentials);
  registry::WriteOptions options;
  options.by_server = true;
  options.subresource = "status";
  const auto written = registry.update(
      kind, registry::id_of(launcher), [&](const json::Value&) -> api::ApiResult<json::Value> { return after; },
      options);
  if (!written && written.error().code != 409)
    log::event(log::Level::warning, "launcher.credential", {{"error", written.error().message}});
}

bool has_expired(const json::Value& token, WallTime now) {
  const std::string_view until = api::text_at(token, {"spec", "expirationTime"});
  if (until.empty()) return false;
  const auto time = parse_time(until);
  return !time || *time <= now;
}

}  // namespace

api::ApiResult<User> Authenticator::user_of_launcher(std::string_view token) {
  const auto name = api::launcher_of_token(token);
  const api::Kind* kind = registry_.kinds().find("holdfast.dev", "v1", "launchers");
  if (!name || kind == nullptr) return tl::unexpected(api::unauthorized());
  const auto entry = registry_.store().get(
      registry::object_key(*kind, {.name_space = api::cluster_namespace(name->cluster), .name = name->name}));
  if (!entry) {
    if (entry.error().code == Code::not_found) return tl::unexpected(api::unauthorized());
    return tl::unexpected(api::internal_error(entry.error()));
  }
  const auto launcher = registry::decode_stored(*entry);
  if (!launcher) return tl::unexpected(api::internal_error(launcher.error()));
  const LauncherCredentials credentials = read_credentials(*launcher);
  const auto index = find_credential(credentials, api::launcher_token_digest(token), clock_.now());
  if (!index || registry::is_being_deleted(*launcher)) return tl::unexpected(api::unauthorized());
  const LauncherCredentials kept = after_use(credentials, *index);
  if (kept != credentials) keep_only(registry_, *kind, *launcher, kept);
  return made_from(*launcher, *name, credentials.at(*index));
}

api::ApiResult<User> Authenticator::user_of_token(std::string_view token) {
  if (token.starts_with(api::kLauncherTokenPrefix)) return user_of_launcher(token);
  const auto name = token.size() <= kMostTokenBytes ? token_name(token) : std::nullopt;
  if (!name) return tl::unexpected(api::unauthorized());
  const api::Kind* kind = registry_.kinds().find("holdfast.dev", "v1", "tokens");
  if (kind == nullptr) return tl::unexpected(api::unauthorized());
  auto entry = registry_.store().get(registry::object_key(*kind, {.name_space = "", .name = *name}));
  if (!entry) {
    if (entry.error().code == Code::not_found) return tl::unexpected(api::unauthorized());
    return tl::unexpected(api::internal_error(entry.error()));
  }
  const auto object = registry::decode_stored(*entry);
  if (!object) return tl::unexpected(api::internal_error(object.error()));
  const bool good = same_digest(api::text_at(*object, {"status", "sha256"}), token_digest(token));
  if (!good || has_expired(*object, clock_.now()) || registry::is_being_deleted(*object))
    return tl::unexpected(api::unauthorized());
  return made_from(*object);
}

api::ApiResult<User> Authenticator::identify(const http::ServerRequest& request) {
  const std::string header = request.header("Authorization");
  constexpr std::string_view kBearer = "Bearer ";
  if (header.starts_with(kBearer)) {
    auto user = user_of_token(std::string_view(header).substr(kBearer.size()));
    if (user && on_token_ && !user->token.empty()) on_token_(user->token);
    return user;
  }
  if (!header.empty() || !request.peer.certificate_verified || request.peer.common_name.empty())
    return tl::unexpected(api::unauthorized());
  User user;
  user.name = request.peer.common_name;
  user.groups = request.peer.organizations;
  user.groups.emplace_back(kAuthenticated);
  user.method = "certificate";
  return user;
}

}  // namespace holdfast::server
