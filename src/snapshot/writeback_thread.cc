#include "snapshot/writeback_thread.h"

#include "base/bytes.h"

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kPiece = 8 * kMiB;

}  // namespace

WritebackThread::WritebackThread(os::File& file)
    : file_(file), thread_([this](const std::stop_token& stop) { run(stop); }) {}

WritebackThread::~WritebackThread() = default;

void WritebackThread::advance(std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  written_ = offset;
  moved_.notify_one();
}

void WritebackThread::run(const std::stop_token& stop) {
  std::uint64_t handed_over = 0;
  while (true) {
    std::uint64_t written = 0;
    {
      std::unique_lock lock(mutex_);
      if (!moved_.wait(lock, stop, [&] { return written_ >= handed_over + kPiece; })) return;
      written = written_;
    }
    file_.begin_writeback(handed_over, written - handed_over);
    handed_over = written;
  }
}

}  // namespace holdfast::snapshot
