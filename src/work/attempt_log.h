// Says in the log, and to the witness, that an attempt begins and how it ended.
#pragma once

#include <optional>
#include <string_view>

#include "work/world.h"

#include "control/instant.h"
#include "model/json.h"
#include "os/clock.h"

namespace holdfast::work {

// What an attempt came to: "completed", "cancelled", "failed", "retried" (failed, and waits for its next attempt),
// "stopped" (the server ends; somebody goes on with it), "lost" (its result was refused).
std::string_view attempt_result(const json::Value& after, bool written);

// Logs operation.begin (info). The world and the operation, as it begins, outlive it.
class AttemptLog {
 public:
  AttemptLog(const World& world, const json::Value& operation);

  // Logs operation.end: info, or warning for what failed. `after`: the operation as it is now; `written`: it was
  // stored.
  void ended(const json::Value& after, bool written) const;

 private:
  const World& world_;
  const json::Value& operation_;
  const os::SteadyTime begun_;
  const std::optional<Duration> late_;
};

}  // namespace holdfast::work
