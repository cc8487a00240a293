// A file whose reads come to an end when a stop is requested, for whoever reads a file without knowing of stops.
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>

#include "os/file_system.h"

namespace holdfast::pipeline {

// After the stop request every read fails with Code::cancelled; everything else is `file`'s, which must outlive it.
class StoppableFile final : public os::File {
 public:
  StoppableFile(os::File& file, std::stop_token stop) : file_(file), stop_(std::move(stop)) {}

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override;
  Status write_at(std::uint64_t offset, ByteView bytes) override;
  Result<std::uint64_t> size() override;
  Status truncate(std::uint64_t size) override;
  Status allocate(std::uint64_t size) override;
  Status sync() override;
  void begin_writeback(std::uint64_t offset, std::uint64_t length) override;
  void will_read(std::uint64_t offset, std::uint64_t length) override;
  bool discard(std::uint64_t offset, std::uint64_t length) override;
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target, std::uint64_t target_offset) override;
  Status zero_range(std::uint64_t offset, std::uint64_t length) override;

 private:
  os::File& file_;
  const std::stop_token stop_;
};

}  // namespace holdfast::pipeline
