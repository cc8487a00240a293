// Scans the pages of a database on a thread of its own, block by block as another thread hands them over. Where the
// system gives no thread, the caller's does it. Private to snapshot/.
#pragma once

#include <cstdint>
#include <thread>

#include "base/result.h"
#include "snapshot/chunk_queue.h"
#include "snapshot/page_scanner.h"

namespace holdfast::snapshot {

// For one other thread. The destructor waits for the end of what was handed over.
class ScanThread {
 public:
  static constexpr std::size_t kBlock = kMiB;  // bytes of a chunk's buffer

  explicit ScanThread(const ScanOptions& options);
  ~ScanThread() { queue_.close(); }
  ScanThread(const ScanThread&) = delete;
  ScanThread& operator=(const ScanThread&) = delete;

  // A chunk to fill; waits until one is free.
  Chunk chunk() { return *queue_.empty_chunk(); }
  // Hands the next bytes of the database over.
  void scan(Chunk chunk);
  // After the last byte, once: what PageScanner::finish() says, or an error of one of the blocks.
  Result<PageFacts> finish();

 private:
  void run();
  void take(const Chunk& chunk);

  ChunkQueue queue_;
  PageScanner scanner_;
  Status status_;        // read after join
  std::jthread thread_;  // last: uses everything above
};

}  // namespace holdfast::snapshot
