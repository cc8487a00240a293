// The newest events, in memory: where readers that keep up are answered from, and where they wait.
#pragma once

#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "os/clock.h"
#include "store/store.h"

namespace holdfast::store {

// Holds all events of revisions after start(), up to through(). One writer publishes, any number of threads read and
// wait; a waiter is woken only by events of its prefix. Bounded: the oldest revisions make room for new ones.
class EventTail {
 public:
  struct Limits {
    std::size_t events = 10'000;
    std::size_t bytes = 32 * kMiB;  // of keys and values
  };
  // Begins with nothing after `revision`.
  EventTail(os::Clock& clock, Revision revision) : EventTail(clock, revision, Limits{}) {}
  EventTail(os::Clock& clock, Revision revision, Limits limits)
      : clock_(clock), limits_(limits), start_(revision), through_(revision) {}

  // Begins anew with nothing, as if the store had just reached `revision`. Wakes everybody.
  void reset(Revision revision);
  // `events` of revisions after through(), in order, complete up to `through`.
  void publish(std::vector<Event> events, Revision through);
  // Drops events up to `revision`: who asks for them is sent to the log, which says that they are gone.
  void forget(Revision revision);

  Revision start() const;
  Revision through() const;
  // The revision of the oldest event held; 0 when there is none.
  Revision first_event() const;

  // Events after `request.after`. Nothing when that lies before start() or after through(): then the log must answer.
  std::optional<Events> read(const EventRequest& request) const;

  // Waits until an event of the prefix after `after` was published or the tail was reset, at most `wait`. False when
  // `stop` was requested.
  bool wait_for_event(const std::string& prefix, Revision after, Duration wait, const std::stop_token& stop);
  // Waits until through() is at least `revision`, as above.
  bool wait_through(Revision revision, Duration wait, const std::stop_token& stop);

 private:
  struct Waiter {
    const std::string* prefix;  // none: any event or progress up to `after` will do
    Revision after;
    std::stop_source woken;
  };

  bool has_event(const std::string& prefix, Revision after) const;
  bool is_due(const Waiter& waiter) const;
  void wake_due();
  void trim();
  bool wait_as(Waiter waiter, Duration wait, const std::stop_token& stop);
  std::deque<Event>::const_iterator first_after(Revision revision) const;

  os::Clock& clock_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::deque<Event> events_;  // protected by mutex_, as everything below; ascending
  std::size_t bytes_ = 0;
  Revision start_;
  Revision through_;
  std::list<Waiter> waiters_;
};

}  // namespace holdfast::store
