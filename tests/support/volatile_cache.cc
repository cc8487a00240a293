#include "support/volatile_cache.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file_system.h"

namespace holdfast::test {
namespace {

// The double itself must not fail silently: a test that saw less lost than it should would prove nothing.
void require(bool worked) {
  if (worked) return;
  std::perror("power cut file system");
  std::abort();
}

Inode inode_of(int fd, struct stat& info) {
  require(::fstat(fd, &info) == 0);
  return {info.st_dev, info.st_ino};
}

}  // namespace

HeldDirectory::HeldDirectory(const std::string& path) : fd_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  require(fd_ >= 0);
  struct stat info{};
  inode_ = inode_of(fd_, info);
}

HeldDirectory::~HeldDirectory() {
  ::close(fd_);
}

VolatileCache::~VolatileCache() {
  for (const auto& [inode, contents] : files_)
    ::close(contents.fd);
}

std::string VolatileCache::attic_name() {
  return os::join_path(attic_, std::to_string(kept_++));
}

void VolatileCache::made(const std::string& path) {
  const auto directory = std::make_shared<HeldDirectory>(os::parent_path(path));
  const auto undo = [this, directory, name = os::file_name(path)] {
    // With everything below it, if it is a directory. Gone already when a removal after it was synced.
    ::renameat(directory->fd(), name.c_str(), AT_FDCWD, attic_name().c_str());
  };
  changes_.push_back({.directories = {directory->inode()}, .undo = undo});
}

void VolatileCache::renamed(const std::string& from, const std::string& to, std::function<void()> bring_back_replaced) {
  const auto source = std::make_shared<HeldDirectory>(os::parent_path(from));
  const auto target = std::make_shared<HeldDirectory>(os::parent_path(to));
  const auto undo = [source, target, from_name = os::file_name(from), to_name = os::file_name(to),
                     bring_back = std::move(bring_back_replaced)] {
    ::renameat(target->fd(), to_name.c_str(), source->fd(), from_name.c_str());
    if (bring_back) bring_back();
  };
  changes_.push_back({.directories = {source->inode(), target->inode()}, .undo = undo});
}

std::function<void()> VolatileCache::keep(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  const auto directory = std::make_shared<HeldDirectory>(os::parent_path(path));
  const std::string name = os::file_name(path);
  if (S_ISDIR(info.st_mode)) {  // only an empty one can be removed or replaced
    return [directory, name, mode = info.st_mode & 07777U] { ::mkdirat(directory->fd(), name.c_str(), mode); };
  }
  const std::string kept = attic_name();
  require(::link(path.c_str(), kept.c_str()) == 0);
  return [directory, name, kept] { ::linkat(AT_FDCWD, kept.c_str(), directory->fd(), name.c_str(), 0); };
}

void VolatileCache::removed(const std::string& path, std::function<void()> bring_back) {
  if (!bring_back) return;
  const HeldDirectory directory(os::parent_path(path));
  changes_.push_back({.directories = {directory.inode()}, .undo = std::move(bring_back)});
}

void VolatileCache::directory_synced(const std::string& path) {
  const Inode inode = HeldDirectory(path).inode();
  for (Change& change : changes_)
    change.directories.erase(inode);
  std::erase_if(changes_, [](const Change& change) { return change.directories.empty(); });
}

Inode VolatileCache::opened(const std::string& path, bool fresh) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  require(fd >= 0);
  struct stat info{};
  const Inode inode = inode_of(fd, info);
  const auto [entry, is_new] = files_.try_emplace(inode);
  if (is_new) {
    entry->second = {.fd = fd, .safe_size = static_cast<std::uint64_t>(info.st_size), .lost = {}};
  } else {
    ::close(fd);
  }
  if (fresh) entry->second.safe_size = 0;
  return inode;
}

void VolatileCache::written(Inode file, std::uint64_t offset, std::uint64_t length) {
  files_.at(file).lost.emplace_back(offset, length);
}

void VolatileCache::file_synced(Inode file) {
  Contents& contents = files_.at(file);
  struct stat info{};
  inode_of(contents.fd, info);
  contents.safe_size = static_cast<std::uint64_t>(info.st_size);
  contents.lost.clear();
}

void VolatileCache::lose_contents(const Contents& contents) {
  struct stat info{};
  inode_of(contents.fd, info);
  if (static_cast<std::uint64_t>(info.st_size) > contents.safe_size) {
    require(::ftruncate(contents.fd, static_cast<off_t>(contents.safe_size)) == 0);
  }
  for (const auto& [offset, length] : contents.lost) {
    if (offset >= contents.safe_size) continue;
    const Bytes zeros(static_cast<std::size_t>(std::min(length, contents.safe_size - offset)));
    require(::pwrite(contents.fd, zeros.data(), zeros.size(), static_cast<off_t>(offset)) ==
            static_cast<ssize_t>(zeros.size()));
  }
}

void VolatileCache::lose_everything() {
  for (const auto& [inode, contents] : files_)
    lose_contents(contents);
  for (; !changes_.empty(); changes_.pop_back())
    changes_.back().undo();
}

}  // namespace holdfast::test
