// `holdfast wait`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client/api_client.h"

#include "base/units.h"
#include "cli/session.h"

namespace holdfast::cli {

// What is waited for: "condition=Ready", "condition=Ready=False", "delete", "jsonpath={.spec.keep}=5",
// "jsonpath={.status.phase}" (that there is something). Immutable; any thread.
class Awaited {
 public:
  // Code::usage.
  static Result<Awaited> parse(std::string_view text);

  bool deletion() const { return !holds_; }
  // Never for a deletion. A condition that was found out for an older generation of the object does not count.
  bool holds(const json::Value& object) const { return holds_ && holds_(object); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::function<bool(const json::Value&)> holds_;
};

// Waits until it is so for this object; without a limit for ever. Code::timeout; Code::not_found when the object is not
// there, or goes, and it is not its deletion that is waited for.
Status wait_for(Session& session, client::ApiClient& client, const client::Resource& object, const Awaited& awaited,
                std::optional<Duration> limit);

}  // namespace holdfast::cli
