#include "server/launcher_reports.h"

#include <array>
#include <utility>

#include "api/fields.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::server {
namespace {

constexpr std::array<std::string_view, 5> kOfServer{"id", "credentials", "credentialExpirationTime", "registrations",
                                                    "conditions"};

json::Value report_of_itself(const json::Value& before, json::Value after, WallTime now) {
  json::Value& status = after.get_object()["status"];
  if (!status.is_object()) status = json::Object();
  for (const std::string_view name : kOfServer) {
    status.get_object().erase(name);
    if (const json::Value* was = api::field_at(before, {"status", name})) status.get_object()[name] = *was;
  }
  status.get_object()["lastHeartbeatTime"] = format_time(now);
  return after;
}

api::ApiResult<void> check_order(const User& user, const api::Kind& kind, const json::Value& before,
                                 const json::Value& after) {
  const std::string_view name = api::text_at(before, {"metadata", "name"});
  // It may be another one than the one that was judged by its name.
  if (api::text_at(before, {"spec", "launcher"}) != user.launcher->name)
    return tl::unexpected(api::forbidden(kind, name, "it is no order for this launcher"));
  if (!control::has_ended(before)) return {};
  const json::Value* was = api::field_at(before, {"status"});
  const json::Value* is = api::field_at(after, {"status"});
  if (is != nullptr && *was == *is) return {};  // said twice, because an answer was lost
  return tl::unexpected(api::forbidden(kind, name, "it has ended, and stays as it is"));
}

}  // namespace

api::ApiResult<json::Value> as_reported(const User& user, const api::Kind& kind, const json::Value& before,
                                        json::Value after, WallTime now) {
  if (!user.launcher) return after;
  if (kind.kind == "Launcher") return report_of_itself(before, std::move(after), now);
  if (kind.kind != "Operation")
    return tl::unexpected(api::forbidden(kind, api::text_at(before, {"metadata", "name"}), "launchers write none"));
  if (auto own = check_order(user, kind, before, after); !own) return tl::unexpected(std::move(own).error());
  return after;
}

}  // namespace holdfast::server
