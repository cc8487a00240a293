#include "snapshot/sequential_read.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "snapshot/bolt_file.h"

namespace holdfast::snapshot {
namespace {

constexpr std::size_t kBlock = 512 * kKiB;
constexpr std::uint64_t kWorthAThread = 8;  // blocks

class SequentialRead {
 public:
  SequentialRead(os::File& file, std::uint64_t size, const std::function<Status(ByteView)>& take)
      : file_(file), size_(size), blocks_((size + kBlock - 1) / kBlock), take_(take) {}

  Status run() {
    std::jthread other;
    if (blocks_ >= kWorthAThread) other = start_other();
    work(0, other.joinable() ? 2 : 1);
    if (other.joinable()) other.join();
    return std::move(status_);
  }

 private:
  std::jthread start_other() {
    try {
      return std::jthread([this] { work(1, 2); });
    } catch (const std::system_error&) {
      return {};  // the limit of threads is reached
    }
  }

  // Every block number first, first + step, and so on.
  void work(std::uint64_t first, std::uint64_t step) {
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size_, kBlock)));
    for (std::uint64_t block = first; block < blocks_; block += step) {
      const std::uint64_t offset = block * kBlock;
      const auto part =
          ByteSpan(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(size_ - offset, kBlock)));
      Status done = read_exactly(file_, offset, part);
      if (!wait_for_turn(block)) return;
      if (done) done = take_(part);
      end_turn(std::move(done));
    }
  }

  // False when nothing more is wanted.
  bool wait_for_turn(std::uint64_t block) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == block || !status_; });
    return status_.has_value();
  }

  void end_turn(Status done) {
    const std::scoped_lock lock(mutex_);
    status_ = std::move(done);
    ++turn_;
    changed_.notify_one();
  }

  os::File& file_;
  const std::uint64_t size_;
  const std::uint64_t blocks_;
  const std::function<Status(ByteView)>& take_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Protected by mutex_.
  std::uint64_t turn_ = 0;  // the block to be taken next
  Status status_;           // of those that were taken
};

}  // namespace

Status read_sequentially(os::File& file, std::uint64_t size, const std::function<Status(ByteView)>& take) {
  return SequentialRead(file, size, take).run();
}

}  // namespace holdfast::snapshot
