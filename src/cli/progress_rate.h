// How fast is it, and how long will it take: the numbers behind a progress display.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"
#include "os/clock.h"

namespace holdfast::cli {

// A moving average, so that the display follows changes of speed without jumping. One thread.
class ProgressRate {
 public:
  explicit ProgressRate(os::SteadyTime start) : start_(start), last_time_(start) {}

  void update(os::SteadyTime now, std::uint64_t done);
  double bytes_per_second() const { return rate_; }
  Duration elapsed() const { return last_time_ - start_; }
  // Unknown without a total or a rate.
  std::optional<Duration> remaining(std::uint64_t done, std::optional<std::uint64_t> total) const;

 private:
  os::SteadyTime start_;
  os::SteadyTime last_time_;
  std::uint64_t last_done_ = 0;
  double rate_ = 0;
  bool started_ = false;
};

}  // namespace holdfast::cli
