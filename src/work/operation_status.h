// The status of an Operation through its life, as pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "work/task.h"

#include "control/instant.h"
#include "model/json.h"

namespace holdfast::work {

// So often the server may stop under one operation before that is called its failure.
constexpr std::int64_t kMostInterruptions = 20;

// The operation as it begins: Running, with its attempt counted. One that was Running already was broken off by a
// crash, which is no attempt of its own.
json::Value begun(const json::Value& operation, const std::string& runner, control::Instant now);
// Its server stopped too often under it: it is not tried again.
bool is_worn_out(const json::Value& operation);

json::Value completed(const json::Value& operation, const TaskOutcome& outcome, control::Instant now);
// Waits for its next attempt, or has Failed. `facts`: what the attempt found out before; `hopeless`: there is no next
// attempt.
json::Value failed(const json::Value& operation, const Error& error, control::Instant now,
                   const json::Object& facts = {}, bool hopeless = false);
// It was not wanted any more; what went wrong before that stays in its message.
json::Value cancelled(const json::Value& operation, control::Instant now);
// As it was before it began: the server stopped, nothing is wrong with it.
json::Value put_back(const json::Value& operation);

}  // namespace holdfast::work
