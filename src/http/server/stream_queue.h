// The shared half of an open stream: any thread fills it, the thread of the connections empties it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/server/handler_pool.h"
#include "http/server/mailbox.h"

namespace holdfast::http {

// Safe for any thread.
class StreamQueue {
 public:
  using Chunk = std::shared_ptr<const std::string>;
  using Callback = std::function<void()>;

  StreamQueue(std::uint64_t connection, std::size_t backlog, std::shared_ptr<Mailbox> mailbox,
              std::shared_ptr<HandlerPool> pool);

  // For the handler's side; see ResponseStream.
  bool write(Chunk chunk);
  void finish();
  void abandon();  // the handle was dropped; nothing after finish()
  std::uint64_t queued_bytes() const;
  bool closed() const;
  void on_close(Callback callback);
  void on_drained(Callback callback);

  // For the connection's side.
  enum class End {
    open,
    clean,   // after the chunks that were taken
    broken,  // break off the connection
  };
  // Moves what is queued behind `into`; then says how the stream goes on.
  End take(std::vector<Chunk>& into);
  bool broken() const;  // take() would say so
  // What the connection has taken but the system has not.
  void report_unsent(std::size_t bytes);
  // No more chunks are taken from the handler, and it is told so. `drop` throws away what is queued, too: the client is
  // gone. Without, the stream ends cleanly after it.
  void close(bool drop);

 private:
  bool is_open() const { return end_ == End::open && !closed_; }
  std::uint64_t waiting() const { return queued_ + unsent_; }
  // Lets go of the lock.
  void wake(std::unique_lock<std::mutex>& lock);
  void break_off(std::unique_lock<std::mutex>& lock);

  const std::uint64_t connection_;
  const std::size_t backlog_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::shared_ptr<HandlerPool> pool_;

  mutable std::mutex mutex_;  // guards everything below
  std::vector<Chunk> chunks_;
  std::uint64_t queued_ = 0;  // bytes in chunks_
  std::uint64_t unsent_ = 0;
  End end_ = End::open;
  bool finished_ = false;  // by the handler
  bool closed_ = false;
  bool woken_ = false;       // a message was sent, take() will come when there is room
  bool above_half_ = false;  // since the last on_drained callback
  Callback on_close_;
  Callback on_drained_;
};

}  // namespace holdfast::http
