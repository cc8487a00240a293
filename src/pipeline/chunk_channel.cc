#include "pipeline/chunk_channel.h"

#include <algorithm>

namespace holdfast::pipeline {

ChunkChannel::ChunkChannel(std::size_t chunk_size, std::size_t chunks)
    : chunk_size_(std::max<std::size_t>(chunk_size, 1)), empty_(std::max<std::size_t>(chunks, 2)) {}

std::optional<Chunk> ChunkChannel::take_empty() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !empty_.empty() || closed_; });
  if (closed_) return std::nullopt;
  Chunk chunk = std::move(empty_.back());
  empty_.pop_back();
  lock.unlock();
  chunk.memory.resize(chunk_size_);
  chunk.size = 0;
  return chunk;
}

void ChunkChannel::push(Chunk chunk) {
  const std::lock_guard lock(mutex_);
  full_.push_back(std::move(chunk));
  changed_.notify_all();
}

void ChunkChannel::end(Status status) {
  const std::lock_guard lock(mutex_);
  ended_ = std::move(status);
  changed_.notify_all();
}

std::optional<Chunk> ChunkChannel::pop() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !full_.empty() || ended_ || closed_; });
  if (full_.empty() || closed_) return std::nullopt;
  Chunk chunk = std::move(full_.front());
  full_.pop_front();
  return chunk;
}

void ChunkChannel::give_back(Chunk chunk) {
  const std::lock_guard lock(mutex_);
  empty_.push_back(std::move(chunk));
  changed_.notify_all();
}

void ChunkChannel::close(Status status) {
  const std::lock_guard lock(mutex_);
  if (!closed_) closed_ = std::move(status);
  changed_.notify_all();
}

Status ChunkChannel::end_status() const {
  const std::lock_guard lock(mutex_);
  return ended_.value_or(Status());
}

std::optional<Status> ChunkChannel::close_status() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

Status ChunkChannel::wait_closed() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_.has_value(); });
  return *closed_;
}

}  // namespace holdfast::pipeline
