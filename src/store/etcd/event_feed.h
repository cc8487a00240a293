// Brings etcd's changes into the tail, for as long as the store lives, across lost members and restarts; and reads
// older ones from etcd's own history.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <thread>

#include "etcd/client.h"
#include "os/clock.h"
#include "store/etcd/key_space.h"
#include "store/etcd/numbering.h"
#include "store/event_tail.h"

namespace holdfast::store {

// Safe for any thread; has one of its own, which follows the watch.
class EventFeed {
 public:
  EventFeed(etcd::Client& client, Numbering& numbering, const KeySpace& keys, EventTail& tail, os::Clock& clock)
      : client_(client), numbering_(numbering), keys_(keys), tail_(tail), clock_(clock) {}

  // Begins with the next change, or says why etcd cannot be asked.
  Status start();

  // Events after `request.after`, which lies before the tail's start: one watch of its own that ends where the tail
  // takes over.
  Result<Events> read_history(const EventRequest& request, const std::stop_token& stop);

  // The first revision after which events are there. Ends by itself when etcd does not answer.
  Result<Revision> oldest();

 private:
  enum class Next { go_on, begin_anew };

  void serve(const std::stop_token& stop);
  Status follow(const std::stop_token& stop);
  Status begin();
  Result<Next> take(const etcd::WatchBatch& batch);

  etcd::Client& client_;
  Numbering& numbering_;
  const KeySpace& keys_;
  EventTail& tail_;
  os::Clock& clock_;
  Numbering::Offset offset_;            // of the tail's events; the thread's alone, as is begun_
  bool begun_ = false;                  // the tail holds everything since it was begun
  std::atomic<std::int64_t> seen_ = 0;  // etcd's revision of the last change below our prefix; there is one
  std::jthread follower_;               // last: ends before what it uses
};

}  // namespace holdfast::store
