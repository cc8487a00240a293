// Private to power_cut_file_system.cc: remembers what a cut of the power would take back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace holdfast::test {

using Inode = std::pair<dev_t, ino_t>;

// A directory held open by descriptor, so that it is still found after it or one above it was renamed.
class HeldDirectory {
 public:
  explicit HeldDirectory(const std::string& path);
  ~HeldDirectory();
  HeldDirectory(const HeldDirectory&) = delete;
  HeldDirectory& operator=(const HeldDirectory&) = delete;
  int fd() const { return fd_; }
  Inode inode() const { return inode_; }

 private:
  int fd_;
  Inode inode_;
};

class VolatileCache {
 public:
  explicit VolatileCache(std::string attic) : attic_(std::move(attic)) {}
  ~VolatileCache();
  VolatileCache(const VolatileCache&) = delete;
  VolatileCache& operator=(const VolatileCache&) = delete;

  // Names. Call made() and renamed() after the change, keep() before something is removed or replaced.
  void made(const std::string& path);
  void renamed(const std::string& from, const std::string& to, std::function<void()> bring_back_replaced);
  std::function<void()> keep(const std::string& path);  // brings it back; empty when nothing is there
  void removed(const std::string& path, std::function<void()> bring_back);
  void directory_synced(const std::string& path);

  // Contents. `fresh`: new or emptied, so nothing of it is on the disk.
  Inode opened(const std::string& path, bool fresh);
  void written(Inode file, std::uint64_t offset, std::uint64_t length);
  void file_synced(Inode file);

  void lose_everything();

 private:
  struct Change {
    std::set<Inode> directories;  // that are still to be synced
    std::function<void()> undo;
  };
  struct Contents {
    int fd = -1;
    std::uint64_t safe_size = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> lost;  // offset, length
  };
  std::string attic_name();
  static void lose_contents(const Contents& contents);

  const std::string attic_;
  int kept_ = 0;
  std::vector<Change> changes_;
  std::map<Inode, Contents> files_;
};

}  // namespace holdfast::test
