// What a server's refusal means for us.
#pragma once

#include <string_view>

#include "base/result.h"

namespace holdfast::client {

// `status`: of HTTP, 300 or more. `body`: a Status object as JSON, or whatever stands between us and the server said.
//   400 413 422 usage · 401 403 refused · 404 not_found · 409 exists when AlreadyExists, else refused and retryable
//   (the object has changed meanwhile, or another manager owns a field) · 410 unavailable · 429 503 unavailable · 504
//   timeout 405 406 415 unsupported · others internal
//   corrupt when a cause is "BackupDamaged", whatever the status
// The message is the server's, the hint ours unless the server has one (the cause "Hint").
Error status_error(int status, std::string_view body);

// The object is gone or was changed by somebody else: for callers that read, change and write again.
bool is_conflict(const Error& error);

// Of an apply: every field it is refused for was set by commands of this program (kFieldManager), and all of them are
// named in the message.
bool is_conflict_with_ourselves(const Error& error);

}  // namespace holdfast::client
