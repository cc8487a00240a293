#include <algorithm>
#include <thread>

#include "pipeline/chunk_channel.h"
#include "pipeline/thread_source.h"

namespace holdfast::pipeline {
namespace {

class WriteBehind final : public BufferedSink {
 public:
  WriteBehind(ByteSink& next, std::size_t chunk_size, std::size_t chunks, StopHook stop)
      : next_(next), stop_(std::move(stop)), channel_(chunk_size, chunks), thread_([this] { run(); }) {}

  ~WriteBehind() override {
    if (channel_.close_status()) return;  // the thread is done
    channel_.close(fail(Code::cancelled, "given up"));
    if (stop_) stop_();
  }

  Status write(ByteView bytes) override {
    while (!bytes.empty()) {
      HF_ASSIGN(const ByteSpan room, space());
      const std::size_t count = std::min(bytes.size(), room.size());
      std::copy_n(bytes.begin(), count, room.begin());
      commit(count);
      bytes = bytes.subspan(count);
    }
    return {};
  }

  Result<ByteSpan> space() override {
    if (const auto closed = channel_.close_status()) return tl::unexpected<Error>(failure(*closed));
    if (chunk_.memory.empty()) {
      auto empty = channel_.take_empty();
      if (!empty) return tl::unexpected<Error>(failure(*channel_.close_status()));
      chunk_ = std::move(*empty);
    }
    return ByteSpan(chunk_.memory).subspan(chunk_.size);
  }

  void commit(std::size_t size) override {
    chunk_.size += size;
    if (chunk_.size == chunk_.memory.size()) hand_over();
  }

  Status finish() override {
    if (chunk_.size > 0) hand_over();
    channel_.end({});
    return channel_.wait_closed();
  }

 private:
  // A channel that is closed without an error has finished; nothing may be written to it any more.
  static Error failure(const Status& closed) {
    return closed ? fail(Code::internal, "written to after its end").value() : closed.error();
  }

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

std::unique_ptr<BufferedSink> make_write_behind(ByteSink& next, std::size_t chunk_size, std::size_t chunks,
                                                StopHook stop) {
  return std::make_unique<WriteBehind>(next, chunk_size, chunks, std::move(stop));
}

}  // namespace holdfast::pipeline
