// Compares the SHA-256 of a snapshot's database with its trailer, on a thread of its own, while another thread looks at
// the same bytes. Private to snapshot/.
#pragma once

#include <atomic>
#include <thread>

#include "base/result.h"
#include "base/sha256.h"
#include "snapshot/block_ring.h"

namespace holdfast::snapshot {

class TrailerHash {
 public:
  // Hashes everything that `ring` gives to `consumer`.
  TrailerHash(BlockRing& ring, std::size_t consumer) : thread_([this, &ring, consumer] { run(ring, consumer); }) {}
  ~TrailerHash() = default;  // waits; the ring must be read to its end or fail

  // Bytes hashed so far. Any thread.
  std::uint64_t done() const { return done_.load(std::memory_order_relaxed); }

  // Waits for the end. Once.
  Result<Sha256Digest> finish() {
    thread_.join();
    if (!status_) return tl::unexpected<Error>(std::move(status_).error());
    return hash_.finish();
  }

 private:
  void run(BlockRing& ring, std::size_t consumer) {
    while (true) {
      const auto block = ring.next(consumer);
      if (!block) {
        status_ = tl::unexpected<Error>(block.error());
        return;
      }
      if (block->empty()) return;
      hash_.update(*block);
      done_.fetch_add(block->size(), std::memory_order_relaxed);
    }
  }

  Sha256 hash_;
  Status status_;
  std::atomic<std::uint64_t> done_ = 0;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::snapshot
