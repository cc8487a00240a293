// A file that is a vector, for readers of hostile bytes. Reads are safe from several threads, writes are not.
#pragma once

#include <algorithm>

#include "os/file_system.h"

namespace holdfast::test {

class MemoryFile final : public os::File {
 public:
  explicit MemoryFile(Bytes bytes = {}) : bytes_(std::move(bytes)) {}

  Bytes& bytes() { return bytes_; }

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    if (offset >= bytes_.size()) return std::size_t{0};
    const std::size_t count = std::min<std::size_t>(into.size(), bytes_.size() - static_cast<std::size_t>(offset));
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  }
  Status write_at(std::uint64_t offset, ByteView bytes) override {
    const auto at = static_cast<std::size_t>(offset);
    bytes_.resize(std::max(bytes_.size(), at + bytes.size()));
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<std::uint64_t> size() override { return std::uint64_t{bytes_.size()}; }
  Status truncate(std::uint64_t size) override {
    bytes_.resize(static_cast<std::size_t>(size));
    return {};
  }
  Status allocate(std::uint64_t size) override { return truncate(std::max<std::uint64_t>(size, bytes_.size())); }
  Status sync() override { return {}; }
  void begin_writeback(std::uint64_t /*offset*/, std::uint64_t /*length*/) override {}
  void will_read(std::uint64_t /*offset*/, std::uint64_t /*length*/) override {}
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                    std::uint64_t target_offset) override {
    Bytes copy(static_cast<std::size_t>(length));
    HF_ASSIGN(const std::size_t count, read_at(offset, copy));
    if (count < length) return fail(Code::corrupt, "the file ended {} bytes early", length - count);
    return target.write_at(target_offset, copy);
  }

 private:
  Bytes bytes_;
};

}  // namespace holdfast::test
