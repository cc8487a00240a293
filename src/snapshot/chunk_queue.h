// Buffers that go round between one thread that fills them and one that empties them. Their number bounds memory and
// lets the slower side hold the faster one up.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace holdfast::snapshot {

struct Chunk {
  Bytes buffer;          // always of the full size
  std::size_t size = 0;  // how much of it counts
  ByteView bytes() const { return ByteView(buffer).first(size); }
};

class ChunkQueue {
 public:
  ChunkQueue(std::size_t chunks, std::size_t chunk_size);

  // Filling side. An empty optional: the other side has given up.
  std::optional<Chunk> empty_chunk();
  void push(Chunk chunk);
  void close();  // nothing more comes

  // Emptying side. An empty optional: closed, and everything was taken.
  std::optional<Chunk> pop();
  void give_back(Chunk chunk);
  void abandon();  // wants nothing more

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under mutex_:
  std::vector<Chunk> empty_;
  std::deque<Chunk> full_;
  bool closed_ = false;
  bool abandoned_ = false;
};

}  // namespace holdfast::snapshot
