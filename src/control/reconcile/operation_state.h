// Operations as the reconcilers see them: the states of their lives and their names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "control/instant.h"
#include "model/json.h"

namespace holdfast::control {

// status.phase; Pending when it is not set yet.
std::string_view phase_of(const json::Value& operation);
// Completed, Failed, Skipped or Cancelled: nothing will happen to it any more.
bool has_ended(const json::Value& operation);
bool is_operation(const json::Value& operation, std::string_view type);
// For a launcher: the server never carries it out itself.
bool is_order(const json::Value& operation);
// Nobody wants it any more (spec.cancel).
bool is_cancelled(const json::Value& operation);

// How often an operation is tried unless it says otherwise.
constexpr std::int64_t kMostAttempts = 4;
std::int64_t most_attempts(const json::Value& operation);

// After the attempt of this number (from 1) failed: 10 s, 20 s, 40 s … up to 10 minutes.
Seconds attempt_back_off(std::int64_t attempt);

// The second in which a backup was asked for by hand is in its name, and a complete backup of that name is taken for
// its result. So it begins when this second is over: nothing of that name is older than the question.
constexpr Seconds kAskedWithin{1};

// When it may begin: spec.notBefore, status.nextAttemptTime, after the second in which it was asked for by hand, or at
// once. A next attempt that lies further ahead than any pause was planned before a clock was set back, and is due at
// once; so is what was asked for in the future.
Instant start_time(const json::Value& operation, Instant now);

}  // namespace holdfast::control
