#include "snapshot/chunk_queue.h"

#include <utility>

namespace holdfast::snapshot {

ChunkQueue::ChunkQueue(std::size_t chunks, std::size_t chunk_size) {
  for (std::size_t i = 0; i < chunks; ++i)
    empty_.push_back(Chunk{.buffer = Bytes(chunk_size), .size = 0});
}

std::optional<Chunk> ChunkQueue::empty_chunk() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return abandoned_ || !empty_.empty(); });
  if (abandoned_) return std::nullopt;
  Chunk chunk = std::move(empty_.back());
  empty_.pop_back();
  return chunk;
}

void ChunkQueue::push(Chunk chunk) {
  const std::lock_guard lock(mutex_);
  full_.push_back(std::move(chunk));
  changed_.notify_all();
}

void ChunkQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::optional<Chunk> ChunkQueue::pop() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || !full_.empty(); });
  if (full_.empty()) return std::nullopt;
  Chunk chunk = std::move(full_.front());
  full_.pop_front();
  return chunk;
}

void ChunkQueue::give_back(Chunk chunk) {
  const std::lock_guard lock(mutex_);
  empty_.push_back(std::move(chunk));
  changed_.notify_all();
}

void ChunkQueue::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

}  // namespace holdfast::snapshot
