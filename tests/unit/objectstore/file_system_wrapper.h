// The real file system with a finger on it: calls are counted and recorded, and from a chosen call on everything fails,
// as if the process had been killed there.
#pragma once

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace holdfast::test {

class FileSystemWrapper final : public os::FileSystem {
 public:
  // Calls that change something count; the one with this number and all later ones fail.
  int dies_at = std::numeric_limits<int>::max();
  int calls = 0;
  std::vector<std::string> log;      // "sync_directory /tmp/x", in order
  std::uint64_t free = 1000 * kGiB;  // what free_bytes says
  std::uint64_t disk_full_at =
      std::numeric_limits<std::uint64_t>::max();  // a write past this offset finds the disk full

  Status step(const std::string& what) {
    log.push_back(what);
    if (++calls >= dies_at) return fail(Code::internal, "planned death at call {}: {}", calls, what);
    return {};
  }

  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override {
    if (mode != os::OpenMode::read) HF_TRY(step("open " + path));
    HF_ASSIGN(auto file, real_.open(path, mode, permissions));
    return std::unique_ptr<os::File>(std::make_unique<WrappedFile>(*this, std::move(file)));
  }
  Result<std::optional<os::FileInfo>> stat(const std::string& path) override { return real_.stat(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return real_.list(path); }
  Status make_directories(const std::string& path, unsigned permissions) override {
    HF_TRY(step("make_directories " + path));
    return real_.make_directories(path, permissions);
  }
  Status rename(const std::string& from, const std::string& to, bool replace) override {
    HF_TRY(step("rename " + to));
    return real_.rename(from, to, replace);
  }
  Status remove(const std::string& path) override {
    HF_TRY(step("remove " + path));
    return real_.remove(path);
  }
  Status sync_directory(const std::string& path) override {
    HF_TRY(step("sync_directory " + path));
    return real_.sync_directory(path);
  }
  Result<std::uint64_t> free_bytes(const std::string&) override { return free; }

 private:
  class WrappedFile final : public os::File {
   public:
    WrappedFile(FileSystemWrapper& owner, std::unique_ptr<os::File> file) : owner_(owner), file_(std::move(file)) {}
    Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override { return file_->read_at(offset, into); }
    Status write_at(std::uint64_t offset, ByteView bytes) override {
      HF_TRY(owner_.step("write"));
      if (offset + bytes.size() > owner_.disk_full_at) return fail(Code::no_space, "planned: no space left on device");
      return file_->write_at(offset, bytes);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    Status allocate(std::uint64_t size) override { return file_->allocate(size); }
    Status sync() override {
      HF_TRY(owner_.step("sync"));
      return file_->sync();
    }
    void begin_writeback(std::uint64_t offset, std::uint64_t length) override {
      file_->begin_writeback(offset, length);
    }
    void will_read(std::uint64_t offset, std::uint64_t length) override { file_->will_read(offset, length); }
    Status copy_range(std::uint64_t offset, std::uint64_t length, File& target, std::uint64_t at) override {
      return file_->copy_range(offset, length, target, at);
    }

   private:
    FileSystemWrapper& owner_;
    const std::unique_ptr<os::File> file_;
  };

  os::FileSystem& real_ = os::real_file_system();
};

}  // namespace holdfast::test
