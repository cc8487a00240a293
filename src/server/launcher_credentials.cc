#include "server/launcher_credentials.h"

#include <algorithm>

#include "server/bearer_token.h"

#include "api/fields.h"

namespace holdfast::server {

LauncherCredentials read_credentials(const json::Value& launcher) {
  LauncherCredentials all;
  const json::Array* list = api::array_at(launcher, {"status", "credentials"});
  if (list == nullptr) return all;
  for (const json::Value& each : *list) {
    const std::string_view sha256 = api::text_at(each, {"sha256"});
    const auto expires = parse_time(api::text_at(each, {"expirationTime"}));
    if (is_digest(sha256) && expires) all.push_back({.sha256 = std::string(sha256), .expires = *expires});
  }
  return all;
}

json::Array credentials_as_json(const LauncherCredentials& credentials) {
  json::Array list;
  for (const LauncherCredential& each : credentials)
    list.push_back(json::Object{{"sha256", each.sha256}, {"expirationTime", format_time(each.expires)}});
  return list;
}

std::optional<std::size_t> find_credential(const LauncherCredentials& all, std::string_view sha256, WallTime now) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (same_digest(all[i].sha256, sha256) && now < all[i].expires) return i;
  }
  return std::nullopt;
}

LauncherCredentials after_use(const LauncherCredentials& all, std::size_t index) {
  if (index == 0) return all;
  return {all.at(index)};
}

LauncherCredentials after_renewal(const LauncherCredentials& all, std::size_t index, std::string_view next,
                                  WallTime now) {
  const bool there = std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.sha256 == next; });
  if (there) return all;
  return {all.at(index), {.sha256 = std::string(next), .expires = now + kLauncherCredentialFor}};
}

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace holdfast::server
