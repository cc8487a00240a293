// Server-side apply of one object, for the commands of this program.
#pragma once

#include <optional>
#include <stop_token>

#include "client/api_client.h"

#include "model/json.h"

namespace holdfast::cli {

struct Applied {
  std::optional<json::Value> before;  // none: it was made
  json::Value after;
};

// What a command of this program set before gives way to what another one says now, field by field: `schedule add`,
// `edit` and `apply -f` are words of the same person, and the later one counts. What anybody else set is a conflict
// (Code::refused) unless options.force. Fields that `object` does not mention and another command set stay.
Result<Applied> apply_object(client::ApiClient& client, const client::Resource& resource, const json::Value& object,
                             const client::WriteOptions& options, const std::stop_token& stop);

}  // namespace holdfast::cli
