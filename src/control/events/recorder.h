// Writes down what happens as Events, and forgets them after a while.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "control/events/correlator.h"
#include "control/events/expiries.h"
#include "control/manager/waker.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::control {

struct RecorderOptions {
  std::string instance;                                  // of this server, for reportingInstance
  Duration ttl = std::chrono::hours(1);                  // after it happened last an event is kept for so long
  std::size_t most_waiting = 5000;                       // what comes when so many wait to be written is dropped
  Duration pause = std::chrono::milliseconds(5);         // between two writes: a flood leaves the store to others
  Duration look_every = std::chrono::milliseconds(100);  // whether we lead
  Duration sweep_every = std::chrono::seconds(30);
};

struct RecorderCounters {
  std::uint64_t written = 0;  // events made or counted on
  std::uint64_t dropped = 0;  // too many at once, or of one resource
  std::uint64_t failed = 0;   // the store or the API refused it
  std::uint64_t expired = 0;
  std::size_t waiting = 0;
  std::size_t kept = 0;
  bool listening = false;  // what happens from now on is told
};

// One thread. Only one of several servers writes: the one for which `leads` is true. Events are news, no record: what
// happens while nobody leads is not told.
class Recorder {
 public:
  struct Parts {
    registry::Registry& registry;
    registry::WatchHub& hub;
    os::Clock& clock;
    std::function<bool()> leads;  // safe for any thread
  };
  // The parts outlive it.
  Recorder(Parts parts, RecorderOptions options);
  ~Recorder();

  RecorderCounters counters() const;
  // Tells something that shows in no change of a resource. Safe for any thread; lost when this server does not lead.
  void tell(Happening happening);

 private:
  class Listener;
  void run(const std::stop_token& stop);
  bool listen();
  void rest();
  void take_news();
  bool write_next();
  void write(Happening happening);
  bool fill_uid(Happening& happening);
  bool sweep();
  void post(std::vector<Happening> happenings);
  void note(const registry::ObjectId& id, std::optional<Instant> last);
  void start_over();

  const Parts parts_;
  const RecorderOptions options_;
  Waker waker_;
  const std::shared_ptr<Listener> listener_;
  std::uint64_t watch_ = 0;  // of the thread, as what follows
  Correlator correlator_;
  Expiries expiries_;
  std::optional<os::SteadyTime> swept_;

  mutable std::mutex mutex_;
  std::deque<Happening> queue_;                                 // protected by mutex_, as what follows
  std::map<registry::ObjectId, std::optional<Instant>> notes_;  // events that were written or removed by anybody
  bool leading_ = false;
  bool start_over_ = false;
  RecorderCounters counters_;

  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::control
