// Hands what was written to a file over to the disk while more is being written, so that the sync at the end is short.
// The kernel may make its caller wait when the disk is busy: that must not be the thread that hashes and writes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>

#include "os/file_system.h"

namespace holdfast::snapshot {

// The destructor ends the thread and waits for it; what was not handed over by then is left to sync(). Borrows the
// file.
class WritebackThread {
 public:
  explicit WritebackThread(os::File& file);
  ~WritebackThread();

  // Everything below `offset` is written. Never waits for the disk.
  void advance(std::uint64_t offset);

 private:
  void run(const std::stop_token& stop);

  os::File& file_;
  std::mutex mutex_;
  std::condition_variable_any moved_;
  std::uint64_t written_ = 0;  // under mutex_
  std::jthread thread_;        // last: uses everything above
};

}  // namespace holdfast::snapshot
