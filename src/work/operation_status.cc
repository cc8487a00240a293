#include "work/operation_status.h"

#include <algorithm>

#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::work {
namespace {

using control::member_of;
using control::number_at;

std::int64_t count_at(const json::Value& operation, std::string_view name) {
  return number_at(operation, {"status", name}).value_or(0);
}

void end(json::Object& status, std::string_view phase, control::Instant now) {
  status["phase"] = phase;
  status["finishTime"] = control::format_instant(now);
  for (const std::string_view name : {"nextAttemptTime", "leaseExpireTime"})
    status.erase(name);
}

}  // namespace

json::Value begun(const json::Value& operation, const std::string& runner, control::Instant now) {
  json::Value after = operation;
  json::Object& status = member_of(after, "status");
  if (control::phase_of(operation) == "Running") {
    status["interruptions"] = count_at(operation, "interruptions") + 1;
  } else {
    status["attempt"] = count_at(operation, "attempt") + 1;
  }
  status["phase"] = "Running";
  status["startTime"] = control::format_instant(now);
  status["runner"] = runner;
  for (const std::string_view name : {"nextAttemptTime", "progress", "result"})
    status.erase(name);
  return after;
}

bool is_worn_out(const json::Value& operation) {
  return count_at(operation, "interruptions") > kMostInterruptions;
}

json::Value completed(const json::Value& operation, const TaskOutcome& outcome, control::Instant now) {
  json::Value after = operation;
  json::Object& status = member_of(after, "status");
  end(status, outcome.cancelled ? "Cancelled" : "Completed", now);
  for (const std::string_view name : {"hint", "errorCode", "progress"})
    status.erase(name);
  control::set_or_erase(status, "message", outcome.message);
  if (!outcome.result.empty()) status["result"] = outcome.result;
  return after;
}

json::Value failed(const json::Value& operation, const Error& error, control::Instant now, const json::Object& facts,
                   bool hopeless) {
  json::Value after = operation;
  json::Object& status = member_of(after, "status");
  status["message"] = error.to_string();
  status["errorCode"] = code_name(error.code);
  control::set_or_erase(status, "hint", error.hint);
  if (!facts.empty()) status["result"] = facts;
  const std::int64_t attempt = std::max<std::int64_t>(count_at(operation, "attempt"), 1);
  // What was found damaged is not read again and again: that is the answer.
  const bool verdict = error.code == Code::corrupt && api::text_at(operation, {"spec", "type"}) == "Verify";
  if (verdict || hopeless || !may_try_again(error) || attempt >= control::most_attempts(operation)) {
    end(status, "Failed", now);
    return after;
  }
  status["phase"] = "Pending";
  status["nextAttemptTime"] = control::format_instant(now + control::attempt_back_off(attempt));
  return after;
}

json::Value cancelled(const json::Value& operation, control::Instant now) {
  json::Value after = operation;
  json::Object& status = member_of(after, "status");
  const std::string before(api::text_at(operation, {"status", "message"}));
  end(status, "Cancelled", now);
  status["message"] = before.empty() ? "it was cancelled" : "it was cancelled; before that: " + before;
  status["errorCode"] = code_name(Code::refused);
  for (const std::string_view name : {"hint", "progress"})
    status.erase(name);
  return after;
}

json::Value put_back(const json::Value& operation) {
  json::Value after = operation;
  json::Object& status = member_of(after, "status");
  status["phase"] = "Pending";
  status["attempt"] = std::max<std::int64_t>(count_at(operation, "attempt") - 1, 0);
  status.erase("progress");
  return after;
}

}  // namespace holdfast::work
