// Waiting for a socket until a deadline or a requested stop.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/result.h"
#include "etcd/http2/descriptor.h"
#include "os/clock.h"

namespace holdfast::etcd::http2 {

enum class WaitFor { readable, writable };

// One thread at a time waits; the stop may come from any thread.
class Waiter {
 public:
  static Result<std::unique_ptr<Waiter>> make(os::Clock& clock, const std::stop_token& stop);

  // All waits from now on end `duration` from now at the latest; without a duration they have no end.
  void limit(std::optional<Duration> duration);

  // Code::timeout, or Code::cancelled when the stop was requested, also if the socket is ready.
  Status wait(int fd, WaitFor what);
  // Code::cancelled when the stop was requested; for work that seldom waits.
  Status check() const;

 private:
  struct Wake {
    int fd;
    void operator()() const noexcept;
  };

  Waiter(os::Clock& clock, const std::stop_token& stop, Descriptor wake)
      : clock_(clock), stop_(stop), wake_(std::move(wake)), wake_on_stop_(stop, Wake{wake_.get()}) {}

  os::Clock& clock_;
  os::SteadyTime deadline_ = os::SteadyTime::max();
  std::stop_token stop_;
  Descriptor wake_;                        // an eventfd that becomes readable with the stop
  std::stop_callback<Wake> wake_on_stop_;  // last: goes before what it writes to
};

}  // namespace holdfast::etcd::http2
