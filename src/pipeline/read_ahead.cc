#include <algorithm>
#include <thread>

#include "pipeline/chunk_channel.h"
#include "pipeline/thread_source.h"

namespace holdfast::pipeline {
namespace {

class ReadAhead final : public ByteSource {
 public:
  ReadAhead(ByteSource& from, std::size_t chunk_size, std::size_t chunks, StopHook stop)
      : from_(from), stop_(std::move(stop)), channel_(chunk_size, chunks), thread_([this] { run(); }) {}

  ~ReadAhead() override {
    channel_.close({});
    if (!ended_ && stop_) stop_();
  }

  Result<std::size_t> read(ByteSpan into) override {
    if (given_ == chunk_.size && !next_chunk()) {
      HF_TRY(channel_.end_status());
      return 0U;
    }
    const std::size_t count = std::min(into.size(), chunk_.size - given_);
    std::copy_n(chunk_.view().begin() + static_cast<std::ptrdiff_t>(given_), count, into.begin());
    given_ += count;
    return count;
  }

 private:
  bool next_chunk() {
    if (ended_) return false;
    if (!chunk_.memory.empty()) channel_.give_back(std::move(chunk_));
    auto next = channel_.pop();
    ended_ = !next;
    chunk_ = next ? std::move(*next) : Chunk();
    given_ = 0;
    return !ended_;
  }

  // On the thread.
  void run() {
    while (auto chunk = channel_.take_empty()) {
      auto more = fill(*chunk);
      if (chunk->size > 0) channel_.push(std::move(*chunk));
      if (!more || !*more)
        return channel_.end(more ? Status() : Status(tl::unexpected<Error>(std::move(more).error())));
    }
  }

  // False at the clean end, or when nobody wants more.
  Result<bool> fill(Chunk& chunk) {
    while (chunk.size < chunk.memory.size()) {
      if (channel_.close_status()) return false;
      HF_ASSIGN(const std::size_t count, from_.read(ByteSpan(chunk.memory).subspan(chunk.size)));
      if (count == 0) return false;
      chunk.size += count;
    }
    return true;
  }

  ByteSource& from_;
  const StopHook stop_;
  ChunkChannel channel_;
  Chunk chunk_;  // being given out
  std::size_t given_ = 0;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace

std::unique_ptr<ByteSource> make_read_ahead(ByteSource& from, std::size_t chunk_size, std::size_t chunks,
                                            StopHook stop) {
  return std::make_unique<ReadAhead>(from, chunk_size, chunks, std::move(stop));
}

}  // namespace holdfast::pipeline
