// A temporary file that becomes the object's file, or goes away. Private to local/.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::objectstore {

// Removed by the destructor unless commit() succeeded. One thread at a time.
class PendingFile {
 public:
  // Makes an empty file with a fresh name beside `target`.
  static Result<PendingFile> make(os::FileSystem& files, os::Random& random, const std::string& target);

  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  os::File& file() { return *file_; }

  // Syncs the bytes, gives the file its final name and returns what it is like. With replace=false: Code::exists when
  // something has that name.
  Result<os::FileInfo> commit(bool replace);

 private:
  PendingFile(os::FileSystem& files, std::string path, std::string target, std::unique_ptr<os::File> file)
      : files_(files), path_(std::move(path)), target_(std::move(target)), file_(std::move(file)) {}

  os::FileSystem& files_;
  std::string path_;  // empty once there is nothing to remove
  const std::string target_;
  std::unique_ptr<os::File> file_;
};

}  // namespace holdfast::objectstore
