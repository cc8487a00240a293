// When to try a request again: exponential back-off with full jitter, within a budget.
#pragma once

#include <chrono>
#include <stop_token>

#include "base/units.h"
#include "os/clock.h"
#include "os/random.h"

namespace holdfast::objectstore::s3 {

struct RetryPolicy {
  int attempts = 8;                                       // in all, the first one included
  Duration first_delay = std::chrono::milliseconds(200);  // upper end of the first wait; doubles with each one
  Duration longest_delay = std::chrono::seconds(20);  // and ends here; a Retry-After may ask for three times as long
  Duration budget = std::chrono::minutes(5);          // no new attempt after this long, but always one retry
};

// For one request, by one thread. Waits are uniform over [0, delay]: many clients that failed together do not come back
// together.
class Retrier {
 public:
  Retrier(const RetryPolicy& policy, os::Clock& clock, os::Random& random)
      : policy_(policy), clock_(clock), random_(random), began_(clock.steady()) {}

  // Call after a failure that is worth another attempt. Waits, at least `retry_after` (0: the server said nothing), and
  // returns true; false at once when attempts or budget are used up, or when stopped.
  bool again(Duration retry_after, const std::stop_token& stop);

  // An attempt brought something new (a download got further): the count starts over.
  void progressed();

  int attempts() const { return attempts_; }  // made so far, counting the one that is due now
  Duration elapsed() { return clock_.steady() - began_; }

 private:
  const RetryPolicy policy_;
  os::Clock& clock_;
  os::Random& random_;
  os::SteadyTime began_;
  int attempts_ = 1;
};

}  // namespace holdfast::objectstore::s3
