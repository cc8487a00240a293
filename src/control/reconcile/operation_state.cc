#include "control/reconcile/operation_state.h"

#include <algorithm>

#include "control/reconcile/objects.h"

namespace holdfast::control {
namespace {

constexpr Seconds kLongestBackOff{600};
constexpr Seconds kServersDiffer{5};  // their clocks, at most

// Nothing when it was not asked for by hand.
std::optional<Instant> asked_by_hand(const json::Value& operation) {
  if (!is_operation(operation, "Backup") || time_at(operation, {"spec", "scheduledTime"})) return std::nullopt;
  return created(operation);
}

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

bool is_order(const json::Value& operation) {
  return !api::text_at(operation, {"spec", "launcher"}).empty();
}

bool is_cancelled(const json::Value& operation) {
  return api::flag_at(operation, {"spec", "cancel"});
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
  auto asked = asked_by_hand(operation);
  if (asked && *asked > now + kServersDiffer) asked.reset();
  const Instant after_question = asked ? *asked + kAskedWithin : kFirstInstant;
  return std::max({not_before.value_or(kFirstInstant), next.value_or(kFirstInstant), after_question});
}

}  // namespace holdfast::control
