#include "work/attempt.h"

#include "base/units.h"

namespace holdfast::work {
namespace {

// Nobody reads the progress of what is over in a moment.
constexpr Duration kQuiet = std::chrono::seconds(2);

}  // namespace

void Attempt::update(const pipeline::ProgressUpdate& update) {
  const std::lock_guard lock(mutex_);
  if (update.done != latest_.done || update.phase != latest_.phase) moved_ = clock_.steady();
  latest_ = update;
}

void Attempt::stop(StopReason reason) {
  {
    const std::lock_guard lock(mutex_);
    if (reason_ == StopReason::none) reason_ = reason;
  }
  stop_.request_stop();
}

StopReason Attempt::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

Duration Attempt::still_for() const {
  const std::lock_guard lock(mutex_);
  return clock_.steady() - moved_;
}

std::optional<json::Object> Attempt::news() {
  const std::lock_guard lock(mutex_);
  if (latest_.done == told_ || clock_.steady() - begun_ < kQuiet) return std::nullopt;
  told_ = latest_.done;
  json::Object progress{{"stage", latest_.phase},
                        {"readBytes", static_cast<std::int64_t>(latest_.done)},
                        {"text", format_bytes(latest_.done)},
                        {"updateTime", format_time(clock_.now())}};
  if (!latest_.total) return progress;
  progress["totalBytes"] = static_cast<std::int64_t>(*latest_.total);
  progress["text"] = fmt::format("{} of {}", format_bytes(latest_.done), format_bytes(*latest_.total));
  return progress;
}

}  // namespace holdfast::work
