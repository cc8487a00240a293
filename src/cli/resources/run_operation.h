// Work for the server that a person asks for, and waits for.
#pragma once

#include <optional>
#include <string>

#include "client/api_client.h"

#include "base/units.h"
#include "cli/session.h"
#include "model/json.h"

namespace holdfast::cli {

inline constexpr const char* kOperations = "operations.holdfast.dev";

struct OperationRequest {
  std::string name_space;
  std::string name_prefix;  // "backup-now-"; the server adds letters
  json::Object spec;
};

struct OperationWait {
  bool wait = true;
  std::optional<Duration> limit = {};  // none: as long as it takes
};

// Makes the operation and waits until it has ended, with progress. Returns it as it is then; without waiting, as it was
// made. When it did not complete, the error is the operation's own. Code::timeout and Code::cancelled: it goes on.
Result<json::Value> run_operation(Session& session, client::ApiClient& client, OperationRequest request,
                                  const OperationWait& wait);

// Of one that has ended: nothing when it completed, else its own error.
Status outcome_of(const json::Value& operation);

}  // namespace holdfast::cli
