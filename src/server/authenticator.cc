#include "server/authenticator.h"

#include "server/bearer_token.h"

#include "api/fields.h"
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
  return user;
}

bool has_expired(const json::Value& token, WallTime now) {
  const std::string_view until = api::text_at(token, {"spec", "expirationTime"});
  if (until.empty()) return false;
  const auto time = parse_time(until);
  return !time || *time <= now;
}

}  // namespace

api::ApiResult<User> Authenticator::user_of_token(std::string_view token) {
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
    if (user && on_token_) on_token_(user->token);
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
