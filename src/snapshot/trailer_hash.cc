#include "snapshot/trailer_hash.h"

#include <system_error>

#include "snapshot/sequential_read.h"

namespace holdfast::snapshot {

TrailerHash::TrailerHash(os::File& file, std::uint64_t size) : file_(file), size_(size) {
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    ended_ = true;  // the limit of threads is reached: finish() does it
  }
}

void TrailerHash::run(const std::stop_token& stop) {
  status_ = read_sequentially(file_, size_, [&](ByteView block) -> Status {
    if (stop.stop_requested()) return fail(Code::cancelled, "the digest is no longer wanted");
    hash_.update(block);
    const std::scoped_lock lock(mutex_);
    done_ += block.size();
    changed_.notify_all();
    return {};
  });
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

std::uint64_t TrailerHash::done() {
  const std::scoped_lock lock(mutex_);
  return done_;
}

bool TrailerHash::wait_beyond(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || done_ > seen; });
  return !ended_;
}

Result<Sha256Digest> TrailerHash::finish() {
  if (thread_.joinable()) {
    thread_.join();
  } else {
    run({});
  }
  if (!status_) return tl::unexpected<Error>(std::move(status_).error());
  return hash_.finish();
}

}  // namespace holdfast::snapshot
