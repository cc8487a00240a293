#include "snapshot/range_copier.h"

#include <algorithm>

namespace holdfast::snapshot {
namespace {

// Between 8 and 32 MiB made no difference; smaller pieces let the hash start earlier and end closer behind the copy.
constexpr std::uint64_t kPiece = 8 * kMiB;

}  // namespace

RangeCopier::RangeCopier(os::File& source, os::File& target, std::uint64_t size)
    : source_(source), target_(target), size_(size), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Result<std::uint64_t> RangeCopier::wait_beyond(std::uint64_t position) {
  std::unique_lock lock(mutex_);
  moved_.wait(lock, [&] { return copied_ > position || copied_ == size_ || !status_; });
  if (!status_) return tl::unexpected<Error>(status_.error());
  return copied_;
}

void RangeCopier::run(const std::stop_token& stop) {
  for (std::uint64_t at = 0; at < size_ && !stop.stop_requested();) {
    const std::uint64_t length = std::min(kPiece, size_ - at);
    source_.will_read(at, std::min(2 * kPiece, size_ - at));
    const Status status = source_.copy_range(at, length, target_, at);
    if (status) target_.begin_writeback(at, length);
    at += length;
    report(at, status);
    if (!status) return;
  }
}

void RangeCopier::report(std::uint64_t copied, Status status) {
  const std::lock_guard lock(mutex_);
  if (status) copied_ = copied;
  status_ = std::move(status);
  moved_.notify_all();
}

}  // namespace holdfast::snapshot
