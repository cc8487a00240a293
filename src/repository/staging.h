// Temporary files that hold a whole snapshot: their room on the disk and how they are written. Private to repository/.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/stream.h"
#include "os/file_system.h"

namespace holdfast::repository {

// What a temporary file leaves free on its file system for other programs; as much as a put into a directory leaves.
inline constexpr std::uint64_t kStagingMargin = 64 * kMiB;

// Code::no_space when `directory` has not so many bytes and the margin free.
Status check_staging_space(os::FileSystem& files, const std::string& directory, std::uint64_t bytes);

// Writes what it gets to the file, from its beginning, and begins to write it out to the disk. Code::no_space when
// the margin is reached, whatever the bytes promised to be.
class StagingSink final : public ByteSink {
 public:
  // `file` lies in `directory`. Both references must outlive the sink.
  StagingSink(os::File& file, std::string directory, os::FileSystem& files)
      : file_(file), directory_(std::move(directory)), files_(files) {}

  Status write(ByteView bytes) override;
  Status finish() override { return {}; }

 private:
  os::File& file_;
  const std::string directory_;
  os::FileSystem& files_;
  std::uint64_t written_ = 0;
  std::uint64_t looked_after_ = 0;  // bytes
};

}  // namespace holdfast::repository
