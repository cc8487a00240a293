// How much history a store keeps: what is older than asked for is forgotten from time to time.
#pragma once

#include <chrono>
#include <deque>

#include "os/clock.h"
#include "store/store.h"

namespace holdfast::store {

struct HistoryLimits {
  Duration age = std::chrono::hours(1);  // what a watcher may miss and still go on
  Revision revisions = 100'000;          // at most, however young they are
};

// Decides; changes nothing. One thread at a time.
class HistoryPolicy {
 public:
  explicit HistoryPolicy(HistoryLimits limits) : limits_(limits) {}

  // The store stands at `revision` now. Returns up to which revision it may forget; 0: nothing. Knows ages only from
  // its own calls, so after a start nothing is too old before `age` has passed.
  Revision forgettable(os::SteadyTime now, Revision revision);

 private:
  struct Mark {
    os::SteadyTime time;
    Revision revision;
  };

  const HistoryLimits limits_;
  std::deque<Mark> marks_;  // where the store stood when, oldest first
  Revision old_ = 0;        // the newest mark that is too old
};

// Lets the store forget what the policy gives up. Call it every few minutes.
Status trim_history(Store& store, HistoryPolicy& policy, os::Clock& clock);

}  // namespace holdfast::store
