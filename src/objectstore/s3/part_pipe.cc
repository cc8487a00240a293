#include "objectstore/s3/part_pipe.h"

namespace holdfast::objectstore::s3 {

std::optional<PartBuffer> PartPipe::buffer_to_fill(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool ready = changed_.wait(lock, stop, [this] { return !free_.empty() || made_ < most_; });
  if (!ready || stop.stop_requested()) return std::nullopt;
  if (free_.empty()) {
    ++made_;
    return PartBuffer(size_);
  }
  PartBuffer buffer = std::move(free_.back());
  free_.pop_back();
  return buffer;
}

void PartPipe::give(Part part) {
  {
    const std::lock_guard guard(mutex_);
    waiting_.push_back(std::move(part));
  }
  changed_.notify_all();
}

void PartPipe::close() {
  {
    const std::lock_guard guard(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

std::optional<Part> PartPipe::part_to_send(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool ready = changed_.wait(lock, stop, [this] { return !waiting_.empty() || closed_; });
  if (!ready || stop.stop_requested() || waiting_.empty()) return std::nullopt;
  Part part = std::move(waiting_.front());
  waiting_.pop_front();
  return part;
}

void PartPipe::give_back(PartBuffer buffer) {
  {
    const std::lock_guard guard(mutex_);
    free_.push_back(std::move(buffer));
  }
  changed_.notify_all();
}

}  // namespace holdfast::objectstore::s3
