#include "server/download_refusal.h"

#include <utility>

#include <fmt/format.h>

#include "api/fields.h"

namespace holdfast::server {
namespace {

constexpr const char* kMakeAnother = "make another one with \"holdfast backup now\"";
constexpr const char* kLook = "\"holdfast backup list\" shows what is there";

api::ApiError about(const api::Kind& kind, const json::Value& backup, int code, const char* reason,
                    const std::string& message) {
  api::ApiError error{.code = code, .reason = reason, .name = std::string(api::text_at(backup, {"metadata", "name"}))};
  error.message = fmt::format("Backup {} {}", error.name, message);
  error.group = kind.group_version.group;
  error.kind = kind.plural;
  return error;
}

api::ApiError damaged(const api::Kind& kind, const json::Value& backup, std::string_view why) {
  api::ApiError error =
      about(kind, backup, 409, "Conflict", fmt::format("cannot be restored: {}", why.empty() ? "it is damaged" : why));
  error.causes.push_back({.reason = std::string(api::kBackupDamaged), .message = "it is damaged", .field = ""});
  error.hint = kMakeAnother;
  return error;
}

api::ApiError missing(const api::Kind& kind, const json::Value& backup, std::string_view why) {
  api::ApiError error = about(kind, backup, 404, "NotFound", fmt::format("is not there: {}", why));
  error.hint = kLook;
  return error;
}

}  // namespace

std::optional<api::ApiError> known_refusal(const api::Kind& kind, const json::Value& backup) {
  if (api::text_at(backup, {"status", "phase"}) != "Damaged") return std::nullopt;
  return damaged(kind, backup, api::text_at(backup, {"status", "message"}));
}

api::ApiError open_refusal(const api::Kind& kind, const json::Value& backup, const Error& error) {
  switch (error.code) {
    case Code::corrupt:
      return damaged(kind, backup, error.to_string());
    case Code::not_found:
      return missing(kind, backup, error.to_string());
    case Code::cancelled:
      return api::unavailable("the server stops", 1);
    case Code::usage:
    case Code::exists:
    case Code::refused:
    case Code::unsupported: {
      api::ApiError refusal =
          about(kind, backup, 409, "Conflict", fmt::format("cannot be opened: {}", error.to_string()));
      refusal.hint = error.hint;
      return refusal;
    }
    default:
      return api::internal_error(error);
  }
}

}  // namespace holdfast::server
