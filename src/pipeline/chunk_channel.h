// Private to pipeline/: hands chunks of bytes from one thread to another through a fixed number of buffers.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::pipeline {

struct Chunk {
  Bytes memory;
  std::size_t size = 0;  // bytes of it that count
  ByteView view() const { return ByteView(memory).first(size); }
};

// One producer, one consumer. Buffers go round: empty to the producer, full to the consumer, and back. The one used
// last is used first again, and memory is taken when a buffer is used first: an idle channel costs little.
class ChunkChannel {
 public:
  // At least two buffers are used.
  ChunkChannel(std::size_t chunk_size, std::size_t chunks);

  // Producer. Waits for an empty buffer; no value once the consumer has gone or failed.
  std::optional<Chunk> take_empty();
  void push(Chunk chunk);
  void end(Status status);  // after the last push: how the stream ended

  // Consumer. Waits for a chunk; no value once all chunks before the end were taken.
  std::optional<Chunk> pop();
  void give_back(Chunk chunk);
  void close(Status status);  // takes nothing more, and why: an error, or success when it simply stops or is done

  Status end_status() const;                   // how the producer ended
  std::optional<Status> close_status() const;  // how the consumer ended; no value while it has not
  Status wait_closed();                        // producer, after end(): waits until the consumer has closed

 private:
  const std::size_t chunk_size_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<Chunk> empty_;
  std::deque<Chunk> full_;
  std::optional<Status> ended_;
  std::optional<Status> closed_;
};

}  // namespace holdfast::pipeline
