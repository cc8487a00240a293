// The messages of one made-up snapshot call, with at most one planned fault.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "etcd/checked_stream.h"
#include "os/file_system.h"

namespace holdfast::test {

// One thing that goes wrong in one snapshot call, at a byte of the stream (database, then trailer).
struct SnapshotFault {
  enum class Kind {
    refuse,          // the call itself fails with `error`
    break_off,       // Code::unavailable at `at`
    stall,           // Code::timeout at `at`, at once: the stall limit is taken as passed
    hang,            // nothing comes from `at` on until the stop token is pulled: Code::cancelled
    end_early,       // a clean end of the call at `at`
    wrong_trailer,   // the SHA-256 has a flipped bit
    flip_bit,        // the database byte at `at` has a flipped bit, the trailer is the original's
    wrong_count,     // remaining_bytes is one off from `at` on
    empty_messages,  // messages without bytes for ever from `at` on
  };
  Kind kind = Kind::break_off;
  std::uint64_t at = 0;
  Error error{.code = Code::unavailable, .message = "injected: refused", .hint = {}, .retryable = true, .context = {}};
};

// Messages of `message_size` bytes out of a file or memory holding database and trailer, with at most one fault.
class FakeSnapshotMessages final : public etcd::SnapshotMessages {
 public:
  FakeSnapshotMessages(std::shared_ptr<const Bytes> bytes, std::unique_ptr<os::File> file, std::uint64_t size,
                       std::optional<SnapshotFault> fault, std::string version, std::stop_token stop)
      : bytes_(std::move(bytes)),
        file_(std::move(file)),
        size_(size),
        fault_(std::move(fault)),
        version_(std::move(version)),
        stop_(std::move(stop)) {}

  Result<bool> next(etcd::SnapshotMessage& message) override {
    if (stop_.stop_requested()) return fail(Code::cancelled, "stopped");
    if (at_ == size_) return false;
    if (fault_ && at_ >= fault_->at) {
      if (const auto ending = fault_ending()) return *ending;
    }
    HF_TRY(load(message_end() - at_));
    at_ += buffer_.size();
    message.blob = buffer_;
    message.version = version_;
    message.remaining_bytes = at_ <= database_size() ? database_size() - at_ : 0;
    spoil(message);
    return true;
  }

 private:
  using Kind = SnapshotFault::Kind;
  static constexpr std::uint64_t kMessageSize = 32 * kKiB;  // as etcd's own
  static constexpr std::uint64_t kTrailerSize = 32;

  std::uint64_t database_size() const { return size_ - kTrailerSize; }

  std::uint64_t message_end() const {
    std::uint64_t end = at_ < database_size() ? std::min(database_size(), at_ + kMessageSize) : size_;
    const bool cuts = fault_ && fault_->kind != Kind::wrong_trailer && fault_->kind != Kind::flip_bit;
    if (cuts && at_ < fault_->at && fault_->at < end) end = fault_->at;
    return end;
  }

  // What the fault makes of the call when it does not merely change a message.
  std::optional<Result<bool>> fault_ending() {
    switch (fault_->kind) {
      case Kind::break_off:
        return fail(Code::unavailable, "injected: connection reset after {} bytes", at_);
      case Kind::stall:
        return fail(Code::timeout, "injected: no bytes after {} bytes", at_);
      case Kind::hang:
        hang();
        return fail(Code::cancelled, "stopped");
      case Kind::end_early:
        return Result<bool>(false);
      default:
        return std::nullopt;
    }
  }

  void hang() {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any stopped;
    stopped.wait(lock, stop_, [] { return false; });
  }

  Status load(std::uint64_t count) {
    buffer_.resize(count);
    if (bytes_) {
      std::copy_n(bytes_->begin() + static_cast<std::ptrdiff_t>(at_), count, buffer_.begin());
      return {};
    }
    HF_ASSIGN(const std::size_t got, file_->read_at(at_, buffer_));
    if (got != count) return fail(Code::internal, "fake snapshot file is shorter than it was");
    return {};
  }

  void spoil(etcd::SnapshotMessage& message) {
    if (!fault_) return;
    const std::uint64_t start = at_ - buffer_.size();
    if (fault_->kind == Kind::wrong_trailer && at_ == size_) buffer_[7] ^= 1;
    if (fault_->kind == Kind::flip_bit && start <= fault_->at && fault_->at < at_) buffer_[fault_->at - start] ^= 1;
    if (fault_->kind == Kind::wrong_count && start >= fault_->at) message.remaining_bytes += 1;
    if (fault_->kind == Kind::empty_messages && start >= fault_->at) {
      at_ = start;
      message.remaining_bytes = database_size() - std::min(start, database_size());
      message.blob = {};
    }
  }

  std::shared_ptr<const Bytes> bytes_;  // either this
  std::unique_ptr<os::File> file_;      // or that
  std::uint64_t size_;
  std::optional<SnapshotFault> fault_;
  std::string version_;
  std::stop_token stop_;
  std::uint64_t at_ = 0;
  Bytes buffer_;
};

}  // namespace holdfast::test
