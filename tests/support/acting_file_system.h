// The machine's file system, where something happens while a certain file is being read.
//
//   ActingFileSystem files("/snap/db", 20 * kMiB, [&] { cluster->kill(0); });
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "support/faulty_file_system.h"

namespace holdfast::test {

// Runs the action once, on the reading thread, right before the first read that reaches beyond an offset.
class ActingFile final : public os::File {
 public:
  ActingFile(std::unique_ptr<os::File> file, std::uint64_t at, std::function<void()>& action)
      : file_(std::move(file)), at_(at), action_(action) {}

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    if (offset + into.size() > at_ && action_) std::exchange(action_, nullptr)();
    return file_->read_at(offset, into);
  }
  Status write_at(std::uint64_t offset, ByteView bytes) override { return file_->write_at(offset, bytes); }
  Result<std::uint64_t> size() override { return file_->size(); }
  Status truncate(std::uint64_t size) override { return file_->truncate(size); }
  Status allocate(std::uint64_t size) override { return file_->allocate(size); }
  Status sync() override { return file_->sync(); }
  void begin_writeback(std::uint64_t offset, std::uint64_t length) override { file_->begin_writeback(offset, length); }
  void will_read(std::uint64_t offset, std::uint64_t length) override { file_->will_read(offset, length); }
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                    std::uint64_t target_offset) override {
    return file_->copy_range(offset, length, target, target_offset);
  }
  Result<bool> held_elsewhere() override { return file_->held_elsewhere(); }

 private:
  std::unique_ptr<os::File> file_;
  const std::uint64_t at_;
  std::function<void()>& action_;
};

class ActingFileSystem final : public FaultyFileSystem {
 public:
  // For files opened for reading whose path ends in `suffix`.
  ActingFileSystem(std::string suffix, std::uint64_t at, std::function<void()> action)
      : FaultyFileSystem(os::real_file_system()), suffix_(std::move(suffix)), at_(at), action_(std::move(action)) {}

  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override {
    HF_ASSIGN(auto file, FaultyFileSystem::open(path, mode, permissions));
    if (mode != os::OpenMode::read || !path.ends_with(suffix_)) return file;
    return std::unique_ptr<os::File>(std::make_unique<ActingFile>(std::move(file), at_, action_));
  }

  bool acted() const { return !action_; }

 private:
  const std::string suffix_;
  const std::uint64_t at_;
  std::function<void()> action_;
};

}  // namespace holdfast::test
