// Watches: streams of changes, as long as the client wants them.
#pragma once

#include <memory>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>
#include <vector>

#include "server/call.h"
#include "server/forms.h"
#include "server/parameters.h"
#include "server/stream_guard.h"
#include "server/watch_text.h"

#include "http/server/server.h"
#include "os/clock.h"
#include "os/random.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

class WatchStream;

// Opens watches and ends them when their time is up; tells those who want bookmarks how far they are, once a minute.
// Hub, backend and what those use outlive it; the HTTP server must have stopped before it goes.
class Watches {
 public:
  struct Parts {
    Backend& backend;
    registry::WatchHub& hub;
    std::size_t backlog;  // ServerOptions::stream_backlog
  };
  explicit Watches(Parts parts);
  ~Watches();

  // Answers the request with a stream, or with the error. Tells the status of the answer. The stream ends when what it
  // was allowed by, read from the store at `judged` or later, changes.
  int open(Call& call, AccessBasis basis, store::Revision judged, const std::vector<http::Header>& headers,
           std::unique_ptr<http::Responder> responder);

 private:
  struct Ending {
    os::SteadyTime at;
    std::weak_ptr<WatchStream> stream;
    bool operator>(const Ending& other) const { return at > other.at; }
  };
  void keep_time(const std::stop_token& stop);
  std::vector<std::shared_ptr<WatchStream>> take_ended();
  Duration length_of(const WatchParameters& parameters);

  Parts parts_;
  const std::shared_ptr<StreamGuard> guard_;
  WatchText text_;
  std::mutex mutex_;
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> endings_;  // protected by mutex_
  std::jthread thread_;                                                       // last: it uses everything above
};

}  // namespace holdfast::server
