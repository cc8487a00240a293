// Parts on their way from the thread that fills them to the threads that send them. Private to s3/.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/bytes.h"

namespace holdfast::objectstore::s3 {

// A block of memory that is not touched until it is written to.
class PartBuffer {
 public:
  PartBuffer() = default;
  explicit PartBuffer(std::size_t capacity)
      : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity)), capacity_(capacity) {}

  ByteSpan space() { return {memory_.get(), capacity_}; }
  ByteView bytes() const { return {memory_.get(), size_}; }
  void set_size(std::size_t size) { size_ = size; }

 private:
  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

struct Part {
  std::size_t number = 0;  // from 1
  PartBuffer buffer;
};

// Never holds more than `buffers` buffers of `size` bytes: who wants to fill another one waits until a part was sent.
// One thread fills, several send.
class PartPipe {
 public:
  PartPipe(std::size_t buffers, std::size_t size) : most_(buffers), size_(size) {}

  // For the filling thread. Waits for room; empty when stopped.
  std::optional<PartBuffer> buffer_to_fill(const std::stop_token& stop);
  void give(Part part);
  void close();  // no more parts come

  // For the sending threads. Waits for a part; empty when there are no more, or when stopped.
  std::optional<Part> part_to_send(const std::stop_token& stop);
  void give_back(PartBuffer buffer);

 private:
  const std::size_t most_;
  const std::size_t size_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Protected by mutex_.
  std::size_t made_ = 0;
  std::vector<PartBuffer> free_;
  std::deque<Part> waiting_;
  bool closed_ = false;
};

}  // namespace holdfast::objectstore::s3
