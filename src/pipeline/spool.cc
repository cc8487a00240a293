#include "pipeline/spool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "pipeline/spool_file.h"

namespace holdfast::pipeline {
namespace {

constexpr std::size_t kPage = 4 * kKiB;  // blocks are whole pages, so that holes in the file can be punched exactly
constexpr std::size_t kMaxBlock = 256 * kKiB;
constexpr std::size_t kBlocks = 16;
constexpr std::size_t kHands = 2;  // blocks outside the queue: the writer's and the reader's

std::size_t block_size_for(std::size_t memory) {
  return std::clamp(memory / kBlocks / kPage * kPage, kPage, kMaxBlock);
}

}  // namespace

struct Spool::State {
  State(const SpoolOptions& options, os::FileSystem& files)
      : block_size(block_size_for(options.memory_bytes)),
        queue_limit(std::max(options.memory_bytes / block_size, kHands + 1) - kHands),
        file(options, files),
        writer(*this),
        reader(*this) {}

  struct Block {
    Bytes memory;
    std::size_t size = 0;
  };

  class Writer final : public ByteSink {
   public:
    explicit Writer(State& state) : state_(state) {}
    Status write(ByteView bytes) override;
    Status finish() override;

   private:
    Status commit();
    State& state_;
    Block block_;
  };

  class Reader final : public ByteSource {
   public:
    explicit Reader(State& state) : state_(state) {}
    Result<std::size_t> read(ByteSpan into) override;

   private:
    State& state_;
    Block block_;
    std::size_t given_ = 0;
  };

  Status check() const;
  void give_up(const Error& error);
  Block fresh_block();
  Result<bool> next_block(Block& block);
  Result<bool> take_from_file(Block& block);
  void made_progress();

  const std::size_t block_size;
  const std::size_t queue_limit;
  SpoolFile file;

  std::mutex mutex;  // guards what follows, down to the reader's progress; taken before the file's own
  std::condition_variable readable;
  std::condition_variable writable;
  std::deque<Block> queue;    // older than everything in the file
  std::vector<Bytes> pool;    // memory of blocks not in use
  std::optional<Block> tail;  // the last, unfull block: newer than everything in the file
  bool ended = false;
  std::optional<Error> failure;  // of whichever side gave up first: it is the cause of the other's
  std::uint64_t progress = 0;    // blocks the reader has taken

  Writer writer;
  Reader reader;
};

// The caller holds the mutex.
Status Spool::State::check() const {
  if (failure) return tl::unexpected<Error>(*failure);
  return {};
}

// The caller holds the mutex.
void Spool::State::give_up(const Error& error) {
  if (!failure) failure = error;
  readable.notify_one();
  writable.notify_one();
}

// The caller holds the mutex. Latest used, first reused: a spool that never fills touches few blocks.
Spool::State::Block Spool::State::fresh_block() {
  Block block;
  if (pool.empty()) {
    block.memory.resize(block_size);
  } else {
    block.memory = std::move(pool.back());
    pool.pop_back();
  }
  return block;
}

Status Spool::State::Writer::write(ByteView bytes) {
  if (const auto& error = state_.file.open_error()) return tl::unexpected<Error>(*error);
  {
    const std::lock_guard lock(state_.mutex);
    HF_TRY(state_.check());
  }
  while (!bytes.empty()) {
    if (block_.memory.empty() || block_.size == state_.block_size) HF_TRY(commit());
    const std::size_t count = std::min(bytes.size(), state_.block_size - block_.size);
    std::copy_n(bytes.begin(), count, block_.memory.begin() + static_cast<std::ptrdiff_t>(block_.size));
    block_.size += count;
    bytes = bytes.subspan(count);
  }
  return block_.size == state_.block_size ? commit() : Status();
}

// Hands the full block over, if there is one, and leaves an empty one.
Status Spool::State::Writer::commit() {
  std::unique_lock lock(state_.mutex);
  while (true) {
    HF_TRY(state_.check());
    if (block_.memory.empty()) break;
    if (state_.queue.size() < state_.queue_limit && state_.file.empty()) {
      state_.queue.push_back(std::move(block_));
      state_.readable.notify_one();
      break;
    }
    const std::uint64_t seen = state_.progress;
    if (state_.file.available()) {
      lock.unlock();
      auto appended = state_.file.append(ByteView(block_.memory).first(block_.size));
      lock.lock();
      if (!appended) {
        state_.give_up(appended.error());
        return tl::unexpected<Error>(std::move(appended).error());
      }
      if (*appended) {
        block_.size = 0;
        state_.readable.notify_one();
        return {};
      }
    }
    state_.writable.wait(lock, [&] { return state_.progress != seen || state_.failure; });
  }
  block_ = state_.fresh_block();
  return {};
}

Status Spool::State::Writer::finish() {
  if (const auto& error = state_.file.open_error()) return tl::unexpected<Error>(*error);
  const std::lock_guard lock(state_.mutex);
  HF_TRY(state_.check());
  if (block_.size > 0) state_.tail = std::move(block_);
  state_.ended = true;
  state_.readable.notify_one();
  return {};
}

Result<std::size_t> Spool::State::Reader::read(ByteSpan into) {
  if (given_ == block_.size) {
    given_ = 0;
    HF_ASSIGN(const bool more, state_.next_block(block_));
    if (!more) return 0U;
  }
  const std::size_t count = std::min(into.size(), block_.size - given_);
  std::copy_n(block_.memory.begin() + static_cast<std::ptrdiff_t>(given_), count, into.begin());
  given_ += count;
  return count;
}

// Gives `block` back and fills it with the next one. False at the end.
Result<bool> Spool::State::next_block(Block& block) {
  std::unique_lock lock(mutex);
  if (!block.memory.empty()) pool.push_back(std::move(block.memory));
  block = Block();
  readable.wait(lock, [&] { return failure || !queue.empty() || !file.empty() || ended; });
  HF_TRY(check());
  if (!queue.empty()) {
    block = std::move(queue.front());
    queue.pop_front();
    made_progress();
    return true;
  }
  if (!file.empty()) {
    block = fresh_block();
    lock.unlock();
    return take_from_file(block);
  }
  if (!tail) return false;
  block = std::move(*tail);
  tail.reset();
  return true;
}

Result<bool> Spool::State::take_from_file(Block& block) {
  auto taken = file.take(block.memory);
  const std::lock_guard lock(mutex);
  if (!taken) {
    give_up(taken.error());
    return tl::unexpected<Error>(std::move(taken).error());
  }
  block.size = *taken;
  made_progress();
  return true;
}

// The caller holds the mutex.
void Spool::State::made_progress() {
  ++progress;
  writable.notify_one();
}

Spool::Spool(const SpoolOptions& options, os::FileSystem& files) : state_(std::make_unique<State>(options, files)) {}
Spool::~Spool() = default;

ByteSink& Spool::writer() {
  return state_->writer;
}
ByteSource& Spool::reader() {
  return state_->reader;
}

void Spool::fail_writer(const Error& error) {
  const std::lock_guard lock(state_->mutex);
  state_->give_up(error);
}

void Spool::fail_reader(const Error& error) {
  const std::lock_guard lock(state_->mutex);
  state_->give_up(error);
}

std::uint64_t Spool::spilled_bytes() const {
  return state_->file.total();
}

}  // namespace holdfast::pipeline
