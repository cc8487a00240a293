#include <algorithm>
#include <thread>

#include "pipeline/chunk_channel.h"
#include "pipeline/thread_source.h"

namespace holdfast::pipeline {
namespace {

class WriteBehind final : public ByteSink {
 public:
  WriteBehind(ByteSink& next, std::size_t chunk_size, std::size_t chunks, StopHook stop)
      : next_(next), stop_(std::move(stop)), channel_(chunk_size, chunks), thread_([this] { run(); }) {}

  ~WriteBehind() override {
    if (channel_.close_status()) return;  // the thread is done
    channel_.close(fail(Code::cancelled, "given up"));
    if (stop_) stop_();
  }

  Status write(ByteView bytes) override {
    if (const auto closed = channel_.close_status()) return *closed;
    while (!bytes.empty()) {
      if (chunk_.memory.empty()) {
        auto empty = channel_.take_empty();
        if (!empty) return *channel_.close_status();
        chunk_ = std::move(*empty);
      }
      const std::size_t count = std::min(bytes.size(), chunk_.memory.size() - chunk_.size);
      std::copy_n(bytes.begin(), count, chunk_.memory.begin() + static_cast<std::ptrdiff_t>(chunk_.size));
      chunk_.size += count;
      bytes = bytes.subspan(count);
      if (chunk_.size == chunk_.memory.size()) hand_over();
    }
    return {};
  }

  Status finish() override {
    if (chunk_.size > 0) hand_over();
    channel_.end({});
    return channel_.wait_closed();
  }

 private:
  void hand_over() {
    channel_.push(std::move(chunk_));
    chunk_ = Chunk();
  }

  // On the thread.
  void run() {
    while (auto chunk = channel_.pop()) {
      if (auto written = next_.write(chunk->view()); !written) return channel_.close(std::move(written));
      channel_.give_back(std::move(*chunk));
    }
    if (!channel_.close_status()) channel_.close(next_.finish());
  }

  ByteSink& next_;
  const StopHook stop_;
  ChunkChannel channel_;
  Chunk chunk_;          // being filled
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace

std::unique_ptr<ByteSink> make_write_behind(ByteSink& next, std::size_t chunk_size, std::size_t chunks, StopHook stop) {
  return std::make_unique<WriteBehind>(next, chunk_size, chunks, std::move(stop));
}

}  // namespace holdfast::pipeline
