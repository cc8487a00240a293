// The bytes of one accepted connection, plain or through TLS. Nothing blocks. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "http/server/out_queue.h"
#include "http/server/server.h"

namespace holdfast::http {

enum class Outcome {
  done,
  wants_read,   // again when the socket can be read
  wants_write,  // again when the socket can be written to
  ended,        // the client sends no more
  failed,       // the connection is broken
};

struct Transfer {
  Outcome outcome = Outcome::done;
  std::size_t bytes = 0;  // with done: at least one
};

class Wire {
 public:
  virtual ~Wire() = default;
  // Until done; then `peer` says who it is.
  virtual Outcome handshake(Peer& peer) = 0;
  virtual Transfer read(std::span<char> into) = 0;
  // Sends what is next in `queue`, which is not empty; the caller consumes it.
  virtual Transfer write(const OutQueue& queue) = 0;
  // Tells the client, as far as it can be done at once, that nothing follows.
  virtual void say_goodbye() = 0;
};

std::unique_ptr<Wire> make_plain_wire(int fd);  // borrows fd

// What a socket call that returned -1 means: wants_read or `wants` when it would have blocked, else failed.
Outcome blocked_or_failed(Outcome wants);

}  // namespace holdfast::http
