#include "etcd/read_ahead_stream.h"

#include <algorithm>

namespace holdfast::etcd {

Result<std::unique_ptr<SnapshotStream>> ReadAheadStream::open(const Opener& opener, const std::stop_token& stop) {
  std::unique_ptr<ReadAheadStream> stream(new ReadAheadStream(stop));
  HF_ASSIGN(stream->inner_, opener(stream->stop_source_.get_token()));
  stream->receiver_ = std::jthread([raw = stream.get()] { raw->receive(); });
  return std::unique_ptr<SnapshotStream>(std::move(stream));
}

ReadAheadStream::ReadAheadStream(const std::stop_token& stop) : forward_stop_(stop, Forward{stop_source_}) {
  for (std::size_t i = 0; i < kChunks; ++i)
    free_.emplace_back();
}

ReadAheadStream::~ReadAheadStream() {
  const std::lock_guard lock(mutex_);
  stop_source_.request_stop();
  changed_.notify_all();
}

void ReadAheadStream::receive() {
  while (true) {
    Bytes chunk;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !free_.empty() || stop_source_.stop_requested(); });
      if (free_.empty()) return;
      chunk = std::move(free_.back());
      free_.pop_back();
    }
    chunk.resize(kChunkSize);
    const Result<std::size_t> count = inner_->read(chunk);
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    if (!count || *count == 0) {
      outcome_ = count ? Status() : tl::unexpected<Error>(count.error());
      return;
    }
    chunk.resize(*count);
    filled_.push_back(std::move(chunk));
  }
}

Result<std::size_t> ReadAheadStream::read(ByteSpan into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    if (given_ == chunk_.size() && !advance()) break;
    const std::size_t count = std::min(chunk_.size() - given_, into.size() - filled);
    std::copy_n(chunk_.begin() + static_cast<std::ptrdiff_t>(given_), count,
                into.begin() + static_cast<std::ptrdiff_t>(filled));
    given_ += count;
    filled += count;
  }
  if (filled == 0 && !*outcome_) return tl::unexpected<Error>(outcome_->error());
  return filled;
}

bool ReadAheadStream::advance() {
  std::unique_lock lock(mutex_);
  if (!chunk_.empty()) free_.push_back(std::move(chunk_));
  chunk_.clear();
  given_ = 0;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !filled_.empty() || outcome_; });
  if (filled_.empty()) return false;
  chunk_ = std::move(filled_.front());
  filled_.pop_front();
  return true;
}

}  // namespace holdfast::etcd
