#include "snapshot/block_ring.h"

#include <algorithm>

namespace holdfast::snapshot {

BlockRing::BlockRing(os::File& file, std::uint64_t size, std::size_t consumers)
    : file_(file), size_(size), taken_(consumers), reader_([this](const std::stop_token& stop) { read_all(stop); }) {}

BlockRing::~BlockRing() {
  reader_.request_stop();
  changed_.notify_all();
}

std::uint64_t BlockRing::slowest() const {
  return *std::min_element(taken_.begin(), taken_.end());
}

void BlockRing::read_all(const std::stop_token& stop) {
  for (std::uint64_t number = 0, offset = 0; offset < size_; ++number) {
    {
      std::unique_lock lock(mutex_);
      // A block in a consumer's hands counts as taken, so it needs a place of its own.
      changed_.wait(lock, stop, [&] { return slowest() == kGone || number < slowest() + kBlocks - 1; });
      if (stop.stop_requested() || slowest() == kGone) return;
    }
    Bytes& block = blocks_[number % kBlocks];
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBlockSize, size_ - offset)));
    const auto count = read_block(offset, block);
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
    if (!count) {
      failure_ = tl::unexpected<Error>(count.error());
      return;
    }
    offset += *count;
    read_ = number + 1;
    ended_ = offset == size_;
  }
}

Result<std::size_t> BlockRing::read_block(std::uint64_t offset, ByteSpan into) {
  std::size_t got = 0;
  while (got < into.size()) {
    HF_ASSIGN(const std::size_t count, file_.read_at(offset + got, into.subspan(got)));
    if (count == 0)
      return fail(Code::corrupt, "the file became shorter while it was read: {} of {} bytes", offset + got, size_);
    got += count;
  }
  return got;
}

Result<ByteView> BlockRing::next(std::size_t consumer) {
  std::unique_lock lock(mutex_);
  if (size_ == 0) return ByteView();
  std::uint64_t& taken = taken_[consumer];
  changed_.wait(lock, [&] { return taken < read_ || ended_ || !failure_; });
  if (taken < read_ && failure_) {
    const Bytes& block = blocks_[taken % kBlocks];
    ++taken;
    changed_.notify_all();
    return ByteView(block);
  }
  if (!failure_) return tl::unexpected<Error>(failure_.error());
  return ByteView();
}

void BlockRing::leave(std::size_t consumer) {
  const std::scoped_lock lock(mutex_);
  taken_[consumer] = kGone;
  changed_.notify_all();
}

void BlockRing::stop() {
  reader_.request_stop();
  const std::scoped_lock lock(mutex_);
  if (failure_) failure_ = fail(Code::cancelled, "reading was stopped");
  changed_.notify_all();
}

}  // namespace holdfast::snapshot
