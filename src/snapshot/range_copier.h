// Copies the beginning of one file into another on a thread of its own, and says how far it has come.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::snapshot {

// Starts at once; the destructor stops the thread and waits for it. Borrows both files.
class RangeCopier {
 public:
  RangeCopier(os::File& source, os::File& target, std::uint64_t size);

  // Waits until more than `position` bytes are copied (or all of them) and returns how many are.
  Result<std::uint64_t> wait_beyond(std::uint64_t position);

 private:
  void run(const std::stop_token& stop);
  void report(std::uint64_t copied, Status status);

  os::File& source_;
  os::File& target_;
  const std::uint64_t size_;

  std::mutex mutex_;
  std::condition_variable moved_;
  std::uint64_t copied_ = 0;  // under mutex_
  Status status_;             // under mutex_

  std::jthread thread_;  // last: uses everything above
};

}  // namespace holdfast::snapshot
