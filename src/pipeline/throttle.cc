#include "pipeline/throttle.h"

#include <algorithm>
#include <optional>

namespace holdfast::pipeline {
namespace {

// A token bucket: it fills at the rate, holds one second's worth, and every byte given takes one out. It starts empty,
// so that no stretch of time from the beginning sees more than the rate.
class Throttle final : public ByteSource {
 public:
  Throttle(std::uint64_t bytes_per_second, ByteSource& from, os::Clock& clock, std::stop_token stop)
      : rate_(static_cast<double>(bytes_per_second)),
        from_(from),
        clock_(clock),
        stop_(std::move(stop)),
        filled_at_(clock.steady()) {}

  Result<std::size_t> read(ByteSpan into) override {
    if (failed_) return tl::unexpected<Error>(*failed_);
    auto count = next(into);
    if (!count) failed_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> next(ByteSpan into) {
    // Waiting for a tenth of a second's worth keeps the flow even and the calls few.
    const double wanted = std::max(1.0, std::min(static_cast<double>(into.size()), rate_ / 10));
    fill();
    while (tokens_ < wanted) {
      const auto pause = std::chrono::duration<double>((wanted - tokens_) / rate_);
      if (!clock_.sleep_for(std::chrono::ceil<Duration>(pause), stop_)) return fail(Code::cancelled, "stopped");
      fill();
    }
    const auto allowed = static_cast<std::size_t>(std::min(tokens_, static_cast<double>(into.size())));
    HF_ASSIGN(const std::size_t count, from_.read(into.first(allowed)));
    tokens_ -= static_cast<double>(count);
    return count;
  }

  void fill() {
    const auto now = clock_.steady();
    tokens_ = std::min(rate_, tokens_ + rate_ * std::chrono::duration<double>(now - filled_at_).count());
    filled_at_ = now;
  }

  const double rate_;  // bytes per second, and the bucket's size
  ByteSource& from_;
  os::Clock& clock_;
  const std::stop_token stop_;
  double tokens_ = 0;
  os::SteadyTime filled_at_;
  std::optional<Error> failed_;
};

}  // namespace

std::unique_ptr<ByteSource> make_throttle(std::uint64_t bytes_per_second, ByteSource& from, os::Clock& clock,
                                          std::stop_token stop) {
  return std::make_unique<Throttle>(bytes_per_second, from, clock, std::move(stop));
}

}  // namespace holdfast::pipeline
