// Compares the SHA-256 of a snapshot's database with its trailer, on a thread of its own, while another thread looks at
// the same bytes. Private to snapshot/.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
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
  // Waits until something more was hashed since `seen` bytes. False when nothing more comes.
  bool wait_beyond(std::uint64_t seen) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || done() > seen; });
    return !ended_;
  }

  // Waits for the end. Once.
  Result<Sha256Digest> finish() {
    thread_.join();
    if (!status_) return tl::unexpected<Error>(std::move(status_).error());
    return hash_.finish();
  }

 private:
  void run(BlockRing& ring, std::size_t consumer) {
    auto block = ring.next(consumer);
    for (; block && !block->empty(); block = ring.next(consumer)) {
      hash_.update(*block);
      const std::scoped_lock lock(mutex_);
      done_.fetch_add(block->size(), std::memory_order_relaxed);
      changed_.notify_all();
    }
    const std::scoped_lock lock(mutex_);
    if (!block) status_ = tl::unexpected<Error>(block.error());
    ended_ = true;
    changed_.notify_all();
  }

  Sha256 hash_;
  Status status_;
  std::atomic<std::uint64_t> done_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;   // protected by mutex_
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::snapshot
