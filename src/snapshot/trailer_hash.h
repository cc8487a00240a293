// The SHA-256 of a snapshot's database, on a thread of its own, while another thread looks at the same bytes. Where the
// system gives no thread, finish() does the work. Private to snapshot/.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "base/sha256.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

class TrailerHash {
 public:
  // Reads and hashes the first `size` bytes of `file`, which outlives the object. The destructor stops it and waits.
  TrailerHash(os::File& file, std::uint64_t size);
  TrailerHash(const TrailerHash&) = delete;
  TrailerHash& operator=(const TrailerHash&) = delete;

  // Bytes hashed so far.
  std::uint64_t done();
  // Waits until more than `seen` bytes were hashed. False when nothing more comes.
  bool wait_beyond(std::uint64_t seen);
  // Waits for the end. Once.
  Result<Sha256Digest> finish();

 private:
  void run(const std::stop_token& stop);

  os::File& file_;
  const std::uint64_t size_;
  Sha256 hash_;
  Status status_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Protected by mutex_.
  std::uint64_t done_ = 0;
  bool ended_ = false;

  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::snapshot
