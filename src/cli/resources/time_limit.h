// A stop request after some time.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/units.h"
#include "os/clock.h"

namespace holdfast::cli {

// Its token is stopped when the time is over or `stop` is requested. One thread waits for that; joined by the
// destructor.
class TimeLimit {
 public:
  // Without a limit only `stop` counts.
  TimeLimit(std::optional<Duration> limit, os::Clock& clock, const std::stop_token& stop)
      : outside_(stop, [this] { source_.request_stop(); }) {
    if (!limit) return;
    thread_ = std::jthread([this, &clock, duration = *limit](const std::stop_token& ended) {
      if (!clock.sleep_for(duration, ended)) return;
      over_ = true;
      source_.request_stop();
    });
  }

  std::stop_token token() const { return source_.get_token(); }
  bool over() const { return over_; }

 private:
  std::stop_source source_;
  std::atomic<bool> over_{false};
  std::stop_callback<std::function<void()>> outside_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::cli
