#include "snapshot/scan_thread.h"

#include <system_error>

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kChunks = 4;

}  // namespace

ScanThread::ScanThread(const ScanOptions& options) : queue_(kChunks, kBlock), scanner_(options) {
  try {
    thread_ = std::jthread([this] { run(); });
  } catch (const std::system_error&) {
    // The limit of threads is reached: scan() does it.
  }
}

void ScanThread::scan(Chunk chunk) {
  if (thread_.joinable()) return queue_.push(std::move(chunk));
  take(chunk);
  queue_.give_back(std::move(chunk));
}

Result<PageFacts> ScanThread::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
  if (!status_) return tl::unexpected<Error>(std::move(status_).error());
  return scanner_.finish();
}

void ScanThread::run() {
  while (auto chunk = queue_.pop()) {
    take(*chunk);
    queue_.give_back(std::move(*chunk));
  }
}

// After an error blocks are still taken, so that the other side can go on.
void ScanThread::take(const Chunk& chunk) {
  if (status_) status_ = scanner_.write(chunk.bytes());
}

}  // namespace holdfast::snapshot
