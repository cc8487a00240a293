#include "server/launcher_registration.h"

#include "server/launcher_credentials.h"

#include "api/fields.h"
#include "api/rules.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostId = 128;

std::int64_t registrations_of(const json::Value* launcher) {
  const json::Value* count = launcher == nullptr ? nullptr : api::field_at(*launcher, {"status", "registrations"});
  return count != nullptr && count->is_int64() ? count->get_int64() : 0;
}

json::Value new_launcher(const LauncherRegistration& wanted) {
  return json::Object{
      {"apiVersion", "holdfast.dev/v1"},
      {"kind", "Launcher"},
      {"metadata", json::Object{{"name", wanted.name}, {"namespace", api::cluster_namespace(wanted.cluster)}}},
      {"status", json::Object()}};
}

json::Object& status_of(json::Value& launcher) {
  json::Value& status = launcher.get_object()["status"];
  if (!status.is_object()) status = json::Object();
  return status.get_object();
}

}  // namespace

Result<LauncherRegistration> read_registration(const json::Value& body, std::string_view cluster,
                                               std::string_view name) {
  LauncherRegistration wanted{.cluster = std::string(cluster),
                              .name = std::string(name),
                              .member = std::string(api::text_at(body, {"spec", "member"})),
                              .id = std::string(api::text_at(body, {"status", "id"})),
                              .sha256 = ""};
  if (wanted.member.empty()) return fail(Code::usage, "spec.member is missing: the etcd member it stands beside");
  if (wanted.id.empty() || wanted.id.size() > kMostId)
    return fail(Code::usage, "status.id must tell its machine from others, in 1 to {} bytes", kMostId);
  if (const json::Array* credentials = api::array_at(body, {"status", "credentials"});
      credentials != nullptr && !credentials->empty())
    wanted.sha256 = api::text_at(credentials->front(), {"sha256"});
  if (!is_digest(wanted.sha256))
    return fail(Code::usage, "status.credentials[0].sha256 must be the SHA-256 of its token in hexadecimal");
  return wanted;
}

Result<std::optional<json::Value>> registered(const json::Value* before, const LauncherRegistration& wanted,
                                              WallTime now) {
  if (before != nullptr && api::text_at(*before, {"status", "id"}) != wanted.id)
    return with_hint(
        fail(Code::exists, "a launcher of another machine ({}) is called {}", api::text_at(*before, {"status", "host"}),
             wanted.name),
        fmt::format("give this one another name (--name), or, when that machine is gone for good, delete the other: "
                    "kubectl delete launcher {} -n {}",
                    wanted.name, api::cluster_namespace(wanted.cluster)));
  if (before != nullptr) {
    const LauncherCredentials there = read_credentials(*before);
    const bool same = find_credential(there, wanted.sha256, now) == std::optional<std::size_t>(0) &&
                      api::text_at(*before, {"spec", "member"}) == wanted.member;
    if (same) return std::nullopt;
  }
  json::Value after = before == nullptr ? new_launcher(wanted) : *before;
  after.get_object()["spec"] = json::Object{{"cluster", wanted.cluster}, {"member", wanted.member}};
  const LauncherCredential credential{.sha256 = wanted.sha256, .expires = now + kLauncherCredentialFor};
  json::Object& status = status_of(after);
  status["id"] = wanted.id;
  status["credentials"] = credentials_as_json({credential});
  status["credentialExpirationTime"] = format_time(credential.expires);
  status["lastHeartbeatTime"] = format_time(now);
  status["registrations"] = registrations_of(before) + 1;
  return std::optional<json::Value>(std::move(after));
}

}  // namespace holdfast::server
