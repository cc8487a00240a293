// What other threads want of the thread that owns the connections. Connections are named by number, so nobody else
// holds one, and a message for a connection that is gone is a message for nobody.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "http/server/server.h"

namespace holdfast::http {

class StreamQueue;

struct Message {
  enum class Kind {
    answer,  // send `response`
    open,    // send `response` as the head of `stream`
    wake,    // something changed in the connection's stream
  };
  Kind kind = Kind::wake;
  std::uint64_t connection = 0;
  std::uint64_t request = 0;  // the how manieth of the connection; for answer and open
  ServerResponse response;
  std::shared_ptr<StreamQueue> stream;
};

// Safe for any thread.
class Mailbox {
 public:
  // `wake` makes the owner call take() soon; called under a lock, never after close().
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // False after close(): the message is dropped.
  bool post(Message message);
  std::vector<Message> take();
  // What had not been taken.
  std::vector<Message> close();

  // Streams that were broken off because their client read too slowly.
  void count_slow_reader() { ++slow_readers_; }
  std::uint64_t slow_readers() const { return slow_readers_; }

 private:
  std::mutex mutex_;
  std::function<void()> wake_;  // guarded by mutex_; empty once closed
  std::vector<Message> messages_;
  std::atomic<std::uint64_t> slow_readers_ = 0;
};

}  // namespace holdfast::http
