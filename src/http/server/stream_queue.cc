#include "http/server/stream_queue.h"

#include <utility>

namespace holdfast::http {

constexpr std::size_t kKeptChunks = 8;

StreamQueue::StreamQueue(std::uint64_t connection, std::size_t backlog, std::shared_ptr<Mailbox> mailbox,
                         std::shared_ptr<HandlerPool> pool)
    : connection_(connection), backlog_(backlog), mailbox_(std::move(mailbox)), pool_(std::move(pool)) {}

void StreamQueue::wake(std::unique_lock<std::mutex>& lock) {
  const bool needed = !std::exchange(woken_, true);
  lock.unlock();
  if (needed) {
    mailbox_->post(
        {.kind = Message::Kind::wake, .connection = connection_, .request = 0, .response = {}, .stream = {}});
  }
}

// A message that waits for room would come too late: the connection may be stuck.
void StreamQueue::break_off(std::unique_lock<std::mutex>& lock) {
  end_ = End::broken;
  woken_ = false;
  wake(lock);
}

bool StreamQueue::write(Chunk chunk) {
  std::unique_lock lock(mutex_);
  if (!is_open()) return false;
  if (chunk->empty()) return true;
  if (waiting() != 0 && waiting() + chunk->size() > backlog_) {
    mailbox_->count_slow_reader();
    break_off(lock);
    return false;
  }
  queued_ += chunk->size();
  chunks_.push_back(std::move(chunk));
  if (waiting() >= backlog_ / 2) above_half_ = true;
  wake(lock);
  return true;
}

void StreamQueue::finish() {
  Callback close;
  Callback drained;
  std::unique_lock lock(mutex_);
  if (!is_open()) return;
  end_ = End::clean;
  finished_ = true;
  close.swap(on_close_);
  drained.swap(on_drained_);
  wake(lock);  // the callbacks die after it has let go of the lock
}

void StreamQueue::abandon() {
  Callback close;
  Callback drained;
  std::unique_lock lock(mutex_);
  close.swap(on_close_);
  drained.swap(on_drained_);
  if (!is_open()) return;
  break_off(lock);
}

std::uint64_t StreamQueue::queued_bytes() const {
  const std::scoped_lock lock(mutex_);
  return waiting();
}

bool StreamQueue::closed() const {
  const std::scoped_lock lock(mutex_);
  return !is_open();
}

void StreamQueue::on_close(Callback callback) {
  {
    const std::scoped_lock lock(mutex_);
    if (finished_) return;
    if (!closed_) {
      on_close_.swap(callback);
      return;
    }
  }
  pool_->call(std::move(callback));
}

void StreamQueue::on_drained(Callback callback) {
  const std::scoped_lock lock(mutex_);
  if (is_open()) on_drained_.swap(callback);
}

StreamQueue::End StreamQueue::take(std::vector<Chunk>& into) {
  const std::scoped_lock lock(mutex_);
  woken_ = false;
  into.swap(chunks_);
  if (chunks_.capacity() > kKeptChunks)
    std::vector<Chunk>().swap(chunks_);  // one burst must not stay with every stream
  unsent_ += std::exchange(queued_, 0);
  return end_;
}

bool StreamQueue::broken() const {
  const std::scoped_lock lock(mutex_);
  return end_ == End::broken;
}

void StreamQueue::report_unsent(std::size_t bytes) {
  Callback drained;
  {
    const std::scoped_lock lock(mutex_);
    unsent_ = bytes;
    if (!above_half_ || waiting() >= backlog_ / 2) return;
    above_half_ = false;
    drained = on_drained_;
  }
  if (drained) pool_->call(std::move(drained));
}

void StreamQueue::close(bool drop) {
  Callback close;
  Callback drained;
  std::vector<Chunk> dropped;
  {
    const std::scoped_lock lock(mutex_);
    if (drop) {
      dropped.swap(chunks_);
      queued_ = unsent_ = 0;
    }
    if (std::exchange(closed_, true)) return;
    if (end_ == End::open && !drop) end_ = End::clean;
    close.swap(on_close_);
    drained.swap(on_drained_);
  }
  if (close) pool_->call(std::move(close));
}

}  // namespace holdfast::http
