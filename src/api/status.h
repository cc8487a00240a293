// Errors as a Kubernetes client wants them: the Status object. Shapes and wordings are those clients parse or print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

// One reason of a 422. `kubectl` prints `field: message`. causes.h makes them.
struct Cause {
  std::string reason;   // "FieldValueRequired", "FieldValueInvalid", "FieldValueTypeInvalid", "FieldValueNotSupported",
                        // "FieldValueDuplicate", "FieldValueForbidden", "FieldValueTooLong", "FieldValueTooMany",
                        // "FieldValueNotFound", "FieldManagerConflict"
  std::string message;  // with the value, as clients know it: `Invalid value: "x": must be …`
  std::string field;    // "spec.keep", "spec.list[2].name"
  friend bool operator==(const Cause&, const Cause&) = default;
};

// The reason of the cause that says that a backup is damaged, for clients to tell it from what may work later.
constexpr std::string_view kBackupDamaged = "BackupDamaged";
// The reason of the cause whose message is what to do about the failure.
constexpr std::string_view kHint = "Hint";

// A request that is answered with a failure.
struct ApiError {
  int code = 500;      // HTTP
  std::string reason;  // "NotFound"
  std::string message;
  std::string name;   // details.name
  std::string group;  // details.group
  std::string kind;   // details.kind: the plural, for Invalid the Kind
  std::string uid;
  std::vector<Cause> causes;
  std::optional<int> retry_after_seconds;  // also the header Retry-After
  std::string hint;                        // what to do about it; becomes a cause, see kHint

  json::Value to_status() const;
};

template <class T>
using ApiResult = tl::expected<T, ApiError>;

ApiError bad_request(std::string message);
ApiError unauthorized();
ApiError forbidden(const Kind& kind, std::string_view name, std::string message);
// "…is forbidden: User "u" cannot delete resource "etcdbackupconfigs/status" in API group "kubermatic.k8c.io" in the
// namespace "ns"". `subresource` and `name_space` may be empty.
ApiError forbidden_action(const Kind& kind, std::string_view name, std::string_view user, std::string_view verb,
                          std::string_view subresource, std::string_view name_space);
ApiError namespace_terminating(const Kind& kind, std::string_view name, std::string_view name_space);
ApiError not_found(const Kind& kind, std::string_view name);
ApiError unknown_path();
ApiError already_exists(const Kind& kind, std::string_view name);
ApiError conflict(const Kind& kind, std::string_view name, std::string message);
ApiError modified_conflict(const Kind& kind, std::string_view name);   // "the object has been modified; …"
ApiError expired(std::string message);                                 // 410
ApiError too_old(std::int64_t asked, std::int64_t oldest);             // 410 of a watch
ApiError too_large_version(std::int64_t asked, std::int64_t current);  // 504 of a list at a version to come
ApiError not_acceptable(std::vector<std::string> offered);             // 406
ApiError too_many_requests(std::string message, int retry_after_seconds);
ApiError unavailable(std::string message, int retry_after_seconds);
ApiError invalid(const Kind& kind, std::string_view name, std::vector<Cause> causes);
ApiError unsupported_media_type(std::vector<std::string> accepted);
ApiError method_not_allowed(const Kind& kind, std::string_view verb);
ApiError too_large(std::size_t limit);
// Status of a deletion that is done: `uid` is what a waiting kubectl looks at.
json::Value success(const Kind& kind, std::string_view name, std::string_view uid);
// From an error of a layer below: unavailable and timeout become 503 with Retry-After, others 500 "Internal error
// occurred". The hint goes into the message.
ApiError internal_error(const Error& error);

}  // namespace holdfast::api
