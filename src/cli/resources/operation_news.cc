#include "cli/resources/operation_news.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/fields.h"

namespace holdfast::cli {
namespace {

std::string_view phase_of(const json::Value& operation) {
  return api::text_at(operation, {"status", "phase"});
}

std::optional<std::uint64_t> number_at(const json::Value& operation, api::FieldNames names) {
  const json::Value* found = api::field_at(operation, names);
  if (found == nullptr || !found->is_int64() || found->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(found->get_int64());
}

std::string in_seconds(Duration duration) {
  return fmt::format("{} s", std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

// ", and the next begins in 10 s"
std::string next_attempt(const json::Value& operation, WallTime now) {
  const auto next = parse_time(api::text_at(operation, {"status", "nextAttemptTime"}));
  if (!next) return "";
  return fmt::format("; the next attempt begins in {}", in_seconds(std::max(*next - now, WallTime::duration::zero())));
}

}  // namespace

bool has_ended(const json::Value& operation) {
  const std::string_view phase = phase_of(operation);
  return phase == "Completed" || phase == "Failed" || phase == "Skipped" || phase == "Cancelled";
}

pipeline::ProgressUpdate progress_of(const json::Value& operation) {
  std::string stage(api::text_at(operation, {"status", "progress", "stage"}));
  if (stage.empty()) stage = phase_of(operation) == "Running" ? "running" : "waiting";
  return {.phase = std::move(stage),
          .done = number_at(operation, {"status", "progress", "readBytes"}).value_or(0),
          .total = number_at(operation, {"status", "progress", "totalBytes"})};
}

std::optional<std::string> OperationNews::take(const json::Value& operation, WallTime now) {
  if (!since_) since_ = now;
  begun_ = phase_of(operation) == "Running";
  bytes_ = progress_of(operation).done;
  attempt_ = static_cast<std::int64_t>(number_at(operation, {"status", "attempt"}).value_or(0));
  const std::string_view message = api::text_at(operation, {"status", "message"});
  if (begun_ || message.empty()) return std::nullopt;
  message_ = message;
  hint_ = api::text_at(operation, {"status", "hint"});
  // The same attempt is told once: its object may change for other reasons.
  if (has_ended(operation) || failed_attempt_ == attempt_) return std::nullopt;
  failed_attempt_ = attempt_;
  return trouble() + next_attempt(operation, now);
}

std::optional<std::string> OperationNews::still(WallTime now) {
  if (!since_ || bytes_ != told_bytes_) {
    told_bytes_ = bytes_;
    return std::nullopt;
  }
  const std::string spent = in_seconds(now - *since_);
  if (begun_) return fmt::format("the server is still at it, after {}, in attempt {}", spent, attempt_);
  if (!message_.empty()) return fmt::format("still waiting for the next attempt, after {}", spent);
  return fmt::format("the server has not begun with it, after {}: others come first, or no server is at work", spent);
}

std::string OperationNews::trouble() const {
  return message_.empty() ? ""
                          : fmt::format("attempt {} failed: {}", std::max<std::int64_t>(failed_attempt_, 1), message_);
}

}  // namespace holdfast::cli
