// A file in memory.
#pragma once

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/bytes.h"
#include "os/file_system.h"

namespace holdfast::test {

// Safe for several threads at explicit offsets, as every file.
class MemoryFile final : public os::File {
 public:
  explicit MemoryFile(Bytes bytes = {}) : bytes_(std::move(bytes)) {}

  // Only while nothing else uses the file.
  const Bytes& bytes() const { return bytes_; }
  Bytes& bytes() { return bytes_; }

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    const std::lock_guard lock(mutex_);
    if (offset >= bytes_.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }
  Status write_at(std::uint64_t offset, ByteView bytes) override {
    const std::lock_guard lock(mutex_);
    if (bytes.empty()) return {};
    if (bytes_.size() < offset + bytes.size()) bytes_.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<std::uint64_t> size() override {
    const std::lock_guard lock(mutex_);
    return bytes_.size();
  }
  Status truncate(std::uint64_t size) override {
    const std::lock_guard lock(mutex_);
    bytes_.resize(size);
    return {};
  }
  Status allocate(std::uint64_t size) override {
    const std::lock_guard lock(mutex_);
    if (bytes_.size() < size) bytes_.resize(size);
    return {};
  }
  Status sync() override { return {}; }
  void begin_writeback(std::uint64_t, std::uint64_t) override {}
  void will_read(std::uint64_t, std::uint64_t) override {}
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                    std::uint64_t target_offset) override {
    Bytes piece(length);
    HF_ASSIGN(const std::size_t count, read_at(offset, piece));
    if (count < length) return fail(Code::corrupt, "the file ended {} bytes early", length - count);
    return target.write_at(target_offset, piece);
  }

 private:
  std::mutex mutex_;
  Bytes bytes_;
};

}  // namespace holdfast::test
