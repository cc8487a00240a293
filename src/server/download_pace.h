// How fast a client takes what it downloads.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "base/units.h"
#include "http/server/server.h"
#include "os/clock.h"

namespace holdfast::server {

// A client that takes less than this for so long is in the way of others who wait.
constexpr std::uint64_t kLeastRate = 64 * kKiB;  // bytes per second, on average over at least …
constexpr Duration kLeastRateOver = std::chrono::minutes(2);

// Safe for any thread.
class DownloadPace {
 public:
  // `backlog`: ServerOptions::stream_backlog. The stream is not kept alive.
  void begin(const std::shared_ptr<http::ResponseStream>& stream, std::size_t backlog, os::SteadyTime now);
  void wrote(std::uint64_t bytes, os::SteadyTime now);

  // Bytes per second that the client took over the last two minutes or somewhat more. Nothing when it has not gone on
  // for so long, and when it is not the client that everything waits for.
  std::optional<std::uint64_t> rate(os::SteadyTime now);

 private:
  struct Mark {
    os::SteadyTime at;
    std::uint64_t taken;  // bytes, since the beginning
  };
  void mark(std::uint64_t queued, os::SteadyTime now);

  std::mutex mutex_;  // guards everything below
  std::weak_ptr<http::ResponseStream> stream_;
  std::size_t backlog_ = 0;
  std::uint64_t written_ = 0;
  std::deque<Mark> marks_;  // oldest first; only the first may be older than kLeastRateOver
};

}  // namespace holdfast::server
