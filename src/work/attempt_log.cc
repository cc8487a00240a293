#include "work/attempt_log.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "work/witness.h"

#include "api/fields.h"
#include "base/log.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::work {
namespace {

using control::number_at;

std::string text(const json::Value& operation, api::FieldNames names) {
  return std::string(api::text_at(operation, names));
}

std::string label(const json::Value& operation) {
  return fmt::format("{}/{}", control::namespace_of(operation), control::name_of(operation));
}

std::string attempt(const json::Value& operation) {
  return fmt::format("{}", number_at(operation, {"status", "attempt"}).value_or(0));
}

// The operation as it began knows when it may begin, and no longer when its next attempt was due: only first attempts
// are measured against a slot.
std::optional<Duration> lateness(const json::Value& operation, os::Clock& clock) {
  if (number_at(operation, {"status", "attempt"}).value_or(0) > 1) return {};
  if (number_at(operation, {"status", "interruptions"}).value_or(0) > 0) return {};
  const auto due = control::time_at(operation, {"spec", "notBefore"});
  const auto made = control::created(operation);
  if (!due && !made) return {};
  const WallTime from = control::to_wall_time(due && made ? std::max(*due, *made) : due ? *due : *made);
  return std::max<Duration>(clock.now() - from, Duration::zero());
}

std::uint64_t bytes_at(const json::Value& operation, std::string_view name) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(number_at(operation, {"status", "result", name}).value_or(0), 0));
}

std::string seconds(Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

bool is_trouble(std::string_view result) {
  return result == "failed" || result == "retried" || result == "lost";
}

}  // namespace

std::string_view attempt_result(const json::Value& after, bool written) {
  if (!written) return "lost";
  const std::string_view phase = control::phase_of(after);
  if (phase == "Completed") return "completed";
  if (phase == "Cancelled") return "cancelled";
  if (phase == "Failed") return "failed";
  return api::text_at(after, {"status", "nextAttemptTime"}).empty() ? "stopped" : "retried";
}

AttemptLog::AttemptLog(const World& world, const json::Value& operation)
    : world_(world), operation_(operation), begun_(world.clock.steady()), late_(lateness(operation, world.clock)) {
  log::event(log::Level::info, "operation.begin",
             {{"operation", label(operation)},
              {"type", text(operation, {"spec", "type"})},
              {"cluster", text(operation, {"spec", "cluster"})},
              {"config", text(operation, {"spec", "config"})},
              {"destination", text(operation, {"spec", "destination"})},
              {"attempt", attempt(operation)}});
}

void AttemptLog::ended(const json::Value& after, bool written) const {
  const std::string_view result = attempt_result(after, written);
  const bool failed = result == "failed" || result == "retried";
  const std::string type = text(operation_, {"spec", "type"});
  const std::string reason = failed ? text(after, {"status", "errorCode"}) : "";
  const AttemptReport report{.type = type,
                             .result = result,
                             .reason = reason,
                             .took = world_.clock.steady() - begun_,
                             .late = late_,
                             .size_bytes = bytes_at(after, "sizeBytes"),
                             .stored_bytes = bytes_at(after, "storedBytes")};
  log::event(is_trouble(result) ? log::Level::warning : log::Level::info, "operation.end",
             {{"operation", label(operation_)},
              {"type", type},
              {"cluster", text(operation_, {"spec", "cluster"})},
              {"config", text(operation_, {"spec", "config"})},
              {"destination", text(operation_, {"spec", "destination"})},
              {"attempt", attempt(operation_)},
              {"result", std::string(result)},
              {"seconds", seconds(report.took)},
              {"backup", text(after, {"status", "result", "backupName"})},
              {"bytes", fmt::format("{}", report.stored_bytes)},
              {"reason", reason},
              {"message", failed || result == "cancelled" ? text(after, {"status", "message"}) : ""}});
  if (world_.witness != nullptr) world_.witness->attempt_ended(report);
}

}  // namespace holdfast::work
