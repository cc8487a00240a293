// SIGINT, SIGTERM and SIGHUP become a stop request, so that a command can clean up behind itself.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace holdfast::cli {

// Make one in main() before any other thread: the signals are blocked in this thread and all it starts, and a thread of
// its own waits for them. The first signal requests a stop; a second one ends the process at once, for the case that
// cleaning up hangs. SIGPIPE and SIGXFSZ are ignored. The previous state comes back with the destructor.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  // The signal that came, 0 for none.
  int signal() const { return signal_; }

 private:
  void wait(const std::stop_token& ending);

  std::stop_source stop_;
  std::atomic<int> signal_{0};
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::cli
