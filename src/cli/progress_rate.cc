#include "cli/progress_rate.h"

#include <cmath>

namespace holdfast::cli {
namespace {

constexpr double kWindow = 3.0;      // seconds after which a change of speed shows mostly
constexpr double kTooLong = 360000;  // seconds; longer estimates say nothing

}  // namespace

void ProgressRate::update(os::SteadyTime now, std::uint64_t done) {
  const double seconds = std::chrono::duration<double>(now - last_time_).count();
  if (seconds <= 0) return;
  const double moved = done > last_done_ ? static_cast<double>(done - last_done_) : 0;
  const double current = moved / seconds;
  const double weight = started_ ? 1 - std::exp(-seconds / kWindow) : 1;
  rate_ += weight * (current - rate_);
  started_ = true;
  last_time_ = now;
  last_done_ = done;
}

std::optional<Duration> ProgressRate::remaining(std::uint64_t done, std::optional<std::uint64_t> total) const {
  if (!total || rate_ < 1) return std::nullopt;
  const double left = done < *total ? static_cast<double>(*total - done) : 0;
  const double seconds = left / rate_;
  if (seconds > kTooLong) return std::nullopt;
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace holdfast::cli
