// Sockets and their readiness on one thread (Asio, kept in the .cc file). Whoever owns a connection speaks to its
// socket with plain calls that do not block and asks here to be told when to try again: an idle connection costs no
// buffer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/units.h"

namespace holdfast::http {

enum class Direction { readable, writable };

class SocketWatcher {
 public:
  virtual ~SocketWatcher() = default;
  // Also when the socket is broken: the next call shows it.
  virtual void on_ready(Direction direction) = 0;
};

// One accepted connection. Only the loop's thread may use it.
class Socket {
 public:
  virtual ~Socket() = default;  // close(false)
  virtual int fd() const = 0;
  virtual std::string peer() const = 0;  // "127.0.0.1:40312", "[::1]:40312"
  // Calls the watcher once and keeps it alive until then, or until close(), after which it is not called.
  virtual void notify(Direction direction, std::shared_ptr<SocketWatcher> watcher) = 0;
  virtual void end_sending() = 0;
  // `reset`: with an RST, so that the client cannot take what it has for all there is.
  virtual void close(bool reset) = 0;
};

class EventLoop {
 public:
  using Task = std::function<void()>;
  using Accept = std::function<void(std::unique_ptr<Socket>)>;

  virtual ~EventLoop() = default;  // after run() has returned
  // Before run(); see start_server() for the errors. A port of 0 becomes a free one.
  virtual Result<std::uint16_t> listen(const std::string& address, std::uint16_t port, Accept accept) = 0;
  virtual void run() = 0;  // until stop()

  // From any thread:
  virtual void post(Task task) = 0;
  virtual void stop() = 0;

  // From the loop's thread:
  virtual void stop_listening() = 0;
  virtual void after(Duration delay, Task task) = 0;  // one at a time
};

std::unique_ptr<EventLoop> make_event_loop();

// Is it a numeric address of this machine's loopback interface? Code::usage when it is not numeric.
Result<bool> is_loopback(const std::string& address);

}  // namespace holdfast::http
