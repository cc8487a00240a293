// A file system on a disk with a volatile cache: when the power is cut, what was not synced is gone.
//
//   PowerCutFileSystem disk(attic.path());        // attic: a directory beside what is tested, on the same file system
//   FaultyFileSystem files(disk);                 // stops the work after n changes
//   files.crash_after(n);
//   …work on files…
//   disk.cut_power();
//   …look at what is left through os::real_file_system()…
//
// Harsher than most disks: bytes written since a file's last sync() read as zeros and the file is as long as it was
// then; names made, renamed or removed in a directory since its last sync_directory() are as they were before.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace holdfast::test {

class VolatileCache;  // what is not on the disk yet; shared with the open files

// Works on real files. For one thread at a time, apart from reads.
class PowerCutFileSystem final : public os::FileSystem {
 public:
  explicit PowerCutFileSystem(const std::string& attic);
  ~PowerCutFileSystem() override;

  // Loses everything that was not synced. The work must have stopped; nothing may be done through this object
  // afterwards.
  void cut_power();

  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override;
  Result<std::optional<os::FileInfo>> stat(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Status make_directories(const std::string& path, unsigned permissions) override;
  Status rename(const std::string& from, const std::string& to, bool replace) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Result<bool> is_mount_point(const std::string& path) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;

 private:
  std::shared_ptr<VolatileCache> cache_;
};

}  // namespace holdfast::test
