#include "control/reconcile/operation_state.h"

#include <algorithm>

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

constexpr Seconds kLongestBackOff{600};

}  // namespace

std::string_view phase_of(const json::Value& operation) {
  const std::string_view phase = api::text_at(operation, {"status", "phase"});
  return phase.empty() ? "Pending" : phase;
}

bool has_ended(const json::Value& operation) {
  const std::string_view phase = phase_of(operation);
  return phase != "Pending" && phase != "Running";
}

bool is_operation(const json::Value& operation, std::string_view type) {
  return api::text_at(operation, {"spec", "type"}) == type;
}

std::int64_t most_attempts(const json::Value& operation) {
  return std::max<std::int64_t>(number_at(operation, {"spec", "maxAttempts"}).value_or(kMostAttempts), 1);
}

Seconds attempt_back_off(std::int64_t attempt) {
  const auto doublings = std::clamp<std::int64_t>(attempt - 1, 0, 6);
  return std::min(Seconds(10) * (std::int64_t{1} << doublings), kLongestBackOff);
}

Instant start_time(const json::Value& operation, Instant now) {
  const auto not_before = time_at(operation, {"spec", "notBefore"});
  auto next = time_at(operation, {"status", "nextAttemptTime"});
  if (next && *next > now + kLongestBackOff) next.reset();
  return std::max(not_before.value_or(kFirstInstant), next.value_or(kFirstInstant));
}

}  // namespace holdfast::control
