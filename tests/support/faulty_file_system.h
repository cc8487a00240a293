// A file system that fails when the test says so, and counts what is done to it.
//
//   FaultyFileSystem files(os::real_file_system());
//   files.fail_call(FileCall::sync, 2, Code::no_space);    // the second sync from now on
//   …
//   EXPECT_EQ(files.unreached_faults(), std::vector<std::string>{});   // every planned fault happened
//
// Crash tests run the same work again and again with crash_after(1), (2), … until crashed() stays false, and look at
// what is left through the file system below.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "os/file_system.h"

namespace holdfast::test {

enum class FileCall {
  open,    // for reading
  create,  // open() with any other mode
  read,
  write,
  truncate,
  allocate,
  sync,
  copy_range,
  stat,
  list,
  make_directories,
  rename,
  remove,
  sync_directory,
  free_bytes,
  change_owner,
};

struct FaultPlan;  // what is counted and planned, shared with the open files

// Safe for any thread. Injected errors have "injected" in their message.
class FaultyFileSystem : public os::FileSystem {
 public:
  explicit FaultyFileSystem(os::FileSystem& files);
  ~FaultyFileSystem() override;

  // The `nth` call of this kind from now on (1 is the next one) fails with `code`, without doing anything.
  void fail_call(FileCall call, int nth, Code code);
  // The disk has room for so many more bytes: writes beyond fail with Code::no_space, free_bytes() tells what is left.
  // Removing files gives nothing back.
  void limit_space(std::uint64_t bytes);
  // The process dies after `changes` more changes (create, write, truncate, allocate, sync, copy,
  // directories, rename, change of owner, remove, sync of a directory): every later call, of whatever kind, fails with
  // Code::internal and does nothing.
  void crash_after(int changes);
  bool crashed() const;

  int calls(FileCall call) const;  // so far, failed ones included
  int changes() const;             // that were let through so far
  std::vector<std::string> unreached_faults() const;

  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override;
  Result<std::optional<os::FileInfo>> stat(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Status make_directories(const std::string& path, unsigned permissions) override;
  Status rename(const std::string& from, const std::string& to, bool replace) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;
  Result<bool> is_mount_point(const std::string& path) override;  // counted as a stat
  Status change_owner(const std::string& path, unsigned owner, unsigned group) override;
  Result<std::uint64_t> free_bytes(const std::string& path) override;

 private:
  os::FileSystem& files_;
  std::shared_ptr<FaultPlan> plan_;  // shared: a file may outlive the file system object
};

}  // namespace holdfast::test
