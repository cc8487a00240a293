// The real file system, with a record of what was changed in which order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace holdfast::test {

// For one thread. Directories can be made to fail when they are synced.
class RecordingFileSystem final : public os::FileSystem {
 public:
  std::vector<std::string> log;               // "sync_directory /tmp/x"
  std::map<std::string, Code> sync_failures;  // by directory

  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override {
    HF_ASSIGN(auto file, real_.open(path, mode, permissions));
    return std::unique_ptr<os::File>(std::make_unique<RecordingFile>(log, std::move(file)));
  }
  Result<std::optional<os::FileInfo>> stat(const std::string& path) override { return real_.stat(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return real_.list(path); }
  Status make_directories(const std::string& path, unsigned permissions) override {
    log.push_back("make_directories " + path);
    return real_.make_directories(path, permissions);
  }
  Status rename(const std::string& from, const std::string& to, bool replace) override {
    log.push_back("rename " + to);
    return real_.rename(from, to, replace);
  }
  Status remove(const std::string& path) override {
    log.push_back("remove " + path);
    return real_.remove(path);
  }
  Status sync_directory(const std::string& path) override {
    log.push_back("sync_directory " + path);
    const auto failure = sync_failures.find(path);
    if (failure != sync_failures.end()) return fail(failure->second, "cannot open directory {}", path);
    return real_.sync_directory(path);
  }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return real_.free_bytes(path); }

 private:
  class RecordingFile final : public os::File {
   public:
    RecordingFile(std::vector<std::string>& log, std::unique_ptr<os::File> file) : log_(log), file_(std::move(file)) {}
    Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override { return file_->read_at(offset, into); }
    Status write_at(std::uint64_t offset, ByteView bytes) override {
      log_.push_back("write");
      return file_->write_at(offset, bytes);
    }
    Result<std::uint64_t> size() override { return file_->size(); }
    Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    Status allocate(std::uint64_t size) override { return file_->allocate(size); }
    Status sync() override {
      log_.push_back("sync");
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
    std::vector<std::string>& log_;
    const std::unique_ptr<os::File> file_;
  };

  os::FileSystem& real_ = os::real_file_system();
};

}  // namespace holdfast::test
