#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/errno_error.h"
#include "os/file_system.h"

namespace holdfast::os {
namespace {

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~PosixFile() override { ::close(fd_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    while (true) {
      const ssize_t count = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno == ESPIPE && offset == stream_at_) return read_on(into);
      if (errno != EINTR) return errno_error("read", path_);
    }
  }

  Status write_at(std::uint64_t offset, ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0) {
        if (errno == EINTR) continue;
        return errno_error("write", path_);
      }
      if (count == 0) return fail(Code::unavailable, "cannot write {}: the system takes no more bytes", path_);
      offset += static_cast<std::uint64_t>(count);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat info{};
    if (::fstat(fd_, &info) != 0) return errno_error("stat", path_);
    return static_cast<std::uint64_t>(info.st_size);
  }

  Status truncate(std::uint64_t size) override {
    return checked(::ftruncate(fd_, static_cast<off_t>(size)), "truncate");
  }

  Status allocate(std::uint64_t size) override {
    if (size == 0 || ::fallocate(fd_, 0, 0, static_cast<off_t>(size)) == 0) return {};
    if (errno == EOPNOTSUPP)
      return truncate(size);  // a file system that cannot reserve: later writes report a full disk
    return errno_error("reserve space for", path_);
  }

  Status sync() override { return checked(::fdatasync(fd_), "sync"); }

  void begin_writeback(std::uint64_t offset, std::uint64_t length) override {
    ::sync_file_range(fd_, static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE);
  }

  void will_read(std::uint64_t offset, std::uint64_t length) override {
    ::posix_fadvise(fd_, static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED);
  }

  bool discard(std::uint64_t offset, std::uint64_t length) override {
    return ::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                       static_cast<off_t>(length)) == 0;
  }

  Status copy_range(std::uint64_t offset, std::uint64_t length, File& target, std::uint64_t target_offset) override {
    auto* other = dynamic_cast<PosixFile*>(&target);
    auto from = static_cast<off_t>(offset);
    auto to = static_cast<off_t>(target_offset);
    while (other != nullptr && length > 0) {
      const ssize_t count = ::copy_file_range(fd_, &from, other->fd_, &to, length, 0);
      if (count == 0) return fail(Code::corrupt, "{} ended {} bytes early", path_, length);
      if (count > 0) {
        length -= static_cast<std::uint64_t>(count);
      } else if (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
        break;  // these two files cannot be copied inside the kernel
      } else if (errno != EINTR) {
        return errno_error("copy to", other->path_);
      }
    }
    return copy_by_hand(static_cast<std::uint64_t>(from), length, target, static_cast<std::uint64_t>(to));
  }

  Status zero_range(std::uint64_t offset, std::uint64_t length) override {
    if (length == 0) return {};
    const int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (::fallocate(fd_, mode, static_cast<off_t>(offset), static_cast<off_t>(length)) == 0) return {};
    if (errno == EOPNOTSUPP || errno == ENOSYS) return File::zero_range(offset, length);
    return errno_error("free a range of", path_);
  }

  Result<bool> held_elsewhere() override {
    if (::flock(fd_, LOCK_SH | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return true;
      return errno_error("see who holds", path_);
    }
    ::flock(fd_, LOCK_UN);
    return false;
  }

 private:
  // A pipe or terminal knows no offsets; whoever reads from its beginning to its end need not care.
  Result<std::size_t> read_on(ByteSpan into) {
    while (true) {
      const ssize_t count = ::read(fd_, into.data(), into.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno_error("read", path_);
      stream_at_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
  }

  Status checked(int result, const char* what) {
    if (result != 0) return errno_error(what, path_);
    return {};
  }

  Status copy_by_hand(std::uint64_t offset, std::uint64_t length, File& target, std::uint64_t target_offset) {
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(length, kMiB)));
    while (length > 0) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size()));
      HF_ASSIGN(const std::size_t count, read_at(offset, ByteSpan(buffer).first(wanted)));
      if (count == 0) return fail(Code::corrupt, "{} ended {} bytes early", path_, length);
      HF_TRY(target.write_at(target_offset, ByteView(buffer).first(count)));
      offset += count;
      target_offset += count;
      length -= count;
    }
    return {};
  }

  const int fd_;
  const std::string path_;
  std::uint64_t stream_at_ = 0;  // bytes read from what has no offsets: one thread's, as the reading is
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::read:
      return O_RDONLY;
    case OpenMode::create:
      return O_RDWR | O_CREAT | O_EXCL;
    case OpenMode::overwrite:
      return O_RDWR | O_CREAT | O_TRUNC;
    case OpenMode::append:
      break;
  }
  return O_RDWR | O_CREAT;
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::file;
  return S_ISDIR(mode) ? FileKind::directory : FileKind::other;
}

WallTime wall_time(const timespec& time) {
  return WallTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, unsigned permissions) override {
    int fd = -1;
    do {
      fd = ::open(path.c_str(), open_flags(mode) | O_CLOEXEC, permissions);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return errno_error(mode == OpenMode::read ? "open" : "create", path);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(fd, path));
  }

  Result<std::unique_ptr<File>> open_anonymous(const std::string& directory) override {
    const int fd = ::open(directory.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return std::unique_ptr<File>(std::make_unique<PosixFile>(fd, "a nameless file in " + directory));
    if (errno == EOPNOTSUPP || errno == EISDIR)
      return FileSystem::open_anonymous(directory);  // not every file system can
    return errno_error("create a file in", directory);
  }

  Result<std::unique_ptr<File>> open_held(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return errno_error("open", path);
    auto file = std::make_unique<PosixFile>(fd, path);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<File>(std::move(file));
    if (errno == EWOULDBLOCK) return nullptr;
    return errno_error("hold", path);
  }

  Result<std::optional<FileInfo>> stat(const std::string& path) override {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileInfo>();
      return errno_error("look at", path);
    }
    const bool is_link = S_ISLNK(info.st_mode);
    struct stat target{};
    if (is_link && ::stat(path.c_str(), &target) == 0) {
      info = target;
    } else if (is_link && errno != ENOENT && errno != ENOTDIR) {
      return errno_error("look at", path);  // a dangling link is something that is there
    }
    return std::optional<FileInfo>(FileInfo{.kind = kind_of(info.st_mode),
                                            .size = static_cast<std::uint64_t>(info.st_size),
                                            .mode = info.st_mode & 07777U,
                                            .device = info.st_dev,
                                            .inode = info.st_ino,
                                            .modified = wall_time(info.st_mtim),
                                            .changed = wall_time(info.st_ctim),
                                            .owner = info.st_uid,
                                            .group = info.st_gid,
                                            .is_link = is_link});
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(directory.c_str()), ::closedir);
    if (!handle) return errno_error("list", directory);
    std::vector<std::string> names;
    while (true) {
      errno = 0;  // the only way to tell the end from an error
      const dirent* entry = ::readdir(handle.get());
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return errno_error("list", directory);
    std::sort(names.begin(), names.end());
    return names;
  }

  Status make_directories(const std::string& path, unsigned permissions) override {
    if (::mkdir(path.c_str(), permissions) == 0) return {};
    if (errno == ENOENT) {
      HF_TRY(make_directories(parent_path(path), permissions));
      if (::mkdir(path.c_str(), permissions) == 0) return {};
    }
    if (errno != EEXIST) return errno_error("create directory", path);
    HF_ASSIGN(const auto info, stat(path));
    if (info && info->kind == FileKind::directory) return {};
    return fail(Code::exists, "{} is there and is not a directory", path);
  }

  Status rename(const std::string& from, const std::string& to, bool replace) override {
    if (replace) {
      if (::rename(from.c_str(), to.c_str()) != 0) return errno_error("rename to", to);
      return {};
    }
    if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    if (errno != EINVAL && errno != ENOSYS) return errno_error("rename to", to);
    return rename_by_link(from, to);
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
    if (errno == EISDIR && ::rmdir(path.c_str()) == 0) return {};
    return errno_error("remove", path);
  }

  Status sync_directory(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno_error("open directory", path);
    const int result = ::fsync(fd);
    const int saved = errno;
    ::close(fd);
    errno = saved;
    if (result != 0 && errno != EINVAL) return errno_error("sync directory", path);  // EINVAL: cannot be synced there
    return {};
  }

  Result<bool> is_mount_point(const std::string& path) override {
    struct statx info{};
    if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return false;
      if (errno == ENOSYS || errno == EPERM) return FileSystem::is_mount_point(path);  // old sandboxes know no statx
      return errno_error("look at", path);
    }
    if ((info.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) return FileSystem::is_mount_point(path);
    return (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  }

  Status change_owner(const std::string& path, unsigned owner, unsigned group) override {
    if (::lchown(path.c_str(), owner, group) != 0) return errno_error("change the owner of", path);
    return {};
  }

  Result<std::uint64_t> free_bytes(const std::string& path) override {
    struct statvfs info{};
    std::string at = path.empty() ? "." : path;
    while (::statvfs(at.c_str(), &info) != 0) {
      if (errno != ENOENT || at == "/" || at == ".") return errno_error("ask for the free space of", at);
      at = parent_path(at);
    }
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  }

 private:
  // For file systems without RENAME_NOREPLACE: a hard link never replaces. Directories fall back to a check, then
  // rename(2), which itself refuses a target directory that is not empty.
  Status rename_by_link(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return remove(from);
    if (errno == EEXIST) return errno_error("rename to", to);
    HF_ASSIGN(const auto there, stat(to));
    if (there) return fail(Code::exists, "{} is already there", to);
    if (::rename(from.c_str(), to.c_str()) != 0) return errno_error("rename to", to);
    return {};
  }
};

}  // namespace

FileSystem& real_file_system() {
  static PosixFileSystem files;
  return files;
}

}  // namespace holdfast::os
