// Reads a file once, in order, on a thread of its own, for one or several consumers on other threads. A few blocks lie
// between the reader and the slowest consumer, so memory is bounded and nobody runs far ahead. Private to snapshot/.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

class BlockRing {
 public:
  static constexpr std::size_t kBlockSize = 256 * kKiB;

  // Reads bytes [0, size) of `file`, which outlives the ring.
  BlockRing(os::File& file, std::uint64_t size, std::size_t consumers);
  ~BlockRing();
  BlockRing(const BlockRing&) = delete;
  BlockRing& operator=(const BlockRing&) = delete;

  // The next block for this consumer (0 .. consumers-1), empty at the end; valid until its next call. Code::corrupt
  // when the file turns out to be shorter, otherwise the error of the read. Each consumer is one thread.
  Result<ByteView> next(std::size_t consumer);
  // This consumer wants nothing more.
  void leave(std::size_t consumer);
  // Nobody wants anything more: every next() fails with Code::cancelled.
  void stop();

 private:
  static constexpr std::size_t kBlocks = 4;
  static constexpr std::uint64_t kGone = ~std::uint64_t{0};

  void read_all(const std::stop_token& stop);
  Result<std::size_t> read_block(std::uint64_t offset, ByteSpan into);
  std::uint64_t slowest() const;  // blocks that every consumer is done with

  os::File& file_;
  const std::uint64_t size_;
  std::array<Bytes, kBlocks> blocks_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Protected by mutex_: numbers of blocks since the beginning.
  std::uint64_t read_ = 0;
  std::vector<std::uint64_t> taken_;
  Status failure_;
  bool ended_ = false;

  std::jthread reader_;  // last: it uses everything above
};

}  // namespace holdfast::snapshot
