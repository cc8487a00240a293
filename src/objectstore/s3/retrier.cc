#include "objectstore/s3/retrier.h"

#include <algorithm>

namespace holdfast::objectstore::s3 {
namespace {

Duration delay_before(int retry, const RetryPolicy& policy) {
  Duration delay = policy.first_delay;
  for (int i = 1; i < retry && delay < policy.longest_delay; ++i)
    delay *= 2;
  return std::min(delay, policy.longest_delay);
}

}  // namespace

bool Retrier::again(Duration retry_after, const std::stop_token& stop) {
  if (attempts_ >= policy_.attempts || stop.stop_requested()) return false;
  const auto jittered = Duration(
      static_cast<Duration::rep>(random_.fraction() * static_cast<double>(delay_before(attempts_, policy_).count())));
  const Duration asked = std::min(retry_after, 3 * policy_.longest_delay);
  const Duration wait = std::max(jittered, asked);
  if (attempts_ > 1 && elapsed() + wait > policy_.budget) return false;
  if (!clock_.sleep_for(wait, stop)) return false;
  ++attempts_;
  return true;
}

void Retrier::progressed() {
  attempts_ = 1;
  began_ = clock_.steady();
}

}  // namespace holdfast::objectstore::s3
