// Files come in through here. Paths are plain byte strings; relative ones mean the working directory.
// Every error names the path and what was tried, and maps errno: ENOENT/ENOTDIR not_found, EEXIST/ENOTEMPTY exists,
// EACCES/EPERM/EROFS refused, ENOSPC/EDQUOT/EFBIG no_space, EISDIR/ELOOP/ENAMETOOLONG usage, a failing disk (EIO) and a
// busy or overloaded system (EBUSY, EMFILE, ENFILE, ENOMEM, ESTALE) unavailable, everything else internal.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/units.h"

namespace holdfast::os {

// An open file. Closed by the destructor. Calls at explicit offsets are safe from several threads at once.
class File {
 public:
  virtual ~File() = default;

  // Reads at most into.size() bytes at `offset`; 0 at or past the end. A pipe can be read once, by one thread, from its
  // beginning to its end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) = 0;
  // Writes all of `bytes` at `offset`, extending the file as needed.
  virtual Status write_at(std::uint64_t offset, ByteView bytes) = 0;
  virtual Result<std::uint64_t> size() = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  // Reserves disk blocks so that later writes up to `size` cannot run out of space, and grows the file to `size`.
  virtual Status allocate(std::uint64_t size) = 0;
  // Data and the metadata needed to find it are on the disk when this returns.
  virtual Status sync() = 0;
  // Asks the kernel to begin writing this range out; a hint, so that a later sync() has little left to do.
  virtual void begin_writeback(std::uint64_t offset, std::uint64_t length) = 0;
  // Says that [offset, offset+length) will be read in order soon; a hint.
  virtual void will_read(std::uint64_t offset, std::uint64_t length) = 0;
  // Gives the blocks of a range back to the file system; the range reads as zeros afterwards, the size stays. False
  // where the file system cannot do that: the bytes are then still there.
  virtual bool discard(std::uint64_t offset, std::uint64_t length);
  // Copies a range to `target` at `target_offset` inside the kernel (shared extents where the file system can).
  virtual Status copy_range(std::uint64_t offset, std::uint64_t length, File& target, std::uint64_t target_offset) = 0;
  // Makes a range inside the file read as zeros, and gives its disk blocks back where the file system can. Writes zeros
  // unless overridden.
  virtual Status zero_range(std::uint64_t offset, std::uint64_t length);
  // Whether somebody else holds this very file as open_held() does, or as bbolt does while a database is open (flock).
  // Looks for a moment; the file needs to be open for reading only. Code::unsupported where that cannot be known.
  virtual Result<bool> held_elsewhere();
};

enum class FileKind { file, directory, other };

struct FileInfo {
  FileKind kind = FileKind::other;
  std::uint64_t size = 0;    // bytes
  unsigned mode = 0;         // permission bits
  std::uint64_t device = 0;  // the same for all paths of one file system
  std::uint64_t inode = 0;   // of one file, under whatever name; some network file systems make it up each time
  WallTime modified{};
  WallTime changed{};    // of what is known of it: contents, owner, mode, and on the usual file systems its name
  unsigned owner = 0;    // user id
  unsigned group = 0;    // group id
  bool is_link = false;  // the path itself is a symbolic link; the other fields describe what it leads to
};

enum class OpenMode {
  read,       // must exist
  create,     // made new with mode 0600; Code::exists when something is there
  overwrite,  // made new or emptied
  append,     // made new or kept as it is, for reading and writing
};

// Safe for any thread.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, unsigned permissions = 0600) = 0;
  // A new empty file in `directory` for reading and writing, without a name: nobody else can open it, and it is gone
  // when it is closed, however the program ends.
  virtual Result<std::unique_ptr<File>> open_anonymous(const std::string& directory);
  // Opens `path`, made with mode 0600 when it is not there, and holds it: as long as this file is open, the same call
  // returns null, in this program and others. However the program ends, it lets go. The file stays.
  virtual Result<std::unique_ptr<File>> open_held(const std::string& path);
  // Follows symbolic links. An empty optional when nothing is there.
  virtual Result<std::optional<FileInfo>> stat(const std::string& path) = 0;
  // Names (not paths) in a directory, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  // Makes the directory and its missing parents with `permissions`; fine when it exists already.
  virtual Status make_directories(const std::string& path, unsigned permissions = 0700) = 0;
  // Atomic within one file system. With replace=false an existing target gives Code::exists and both stay as they are;
  // where the file system can neither do that nor hard links, another process could still slip a target in between.
  virtual Status rename(const std::string& from, const std::string& to, bool replace) = 0;
  // Removes a file, a link or an empty directory; fine when nothing is there. Code::exists when a directory holds
  // something.
  virtual Status remove(const std::string& path) = 0;
  // The directory's entries (creations, renames, removals) are on the disk when this returns.
  virtual Status sync_directory(const std::string& path) = 0;
  // Is something mounted at this directory? Then it cannot be renamed. Asks the kernel where it can tell, otherwise
  // compares the file system of `path` with that of the directory above. False when nothing is there.
  virtual Result<bool> is_mount_point(const std::string& path);
  // Gives a file, a directory or a link itself to a user and a group. Code::refused for whoever may not give away.
  virtual Status change_owner(const std::string& path, unsigned owner, unsigned group);
  // Bytes an ordinary user can still write in the file system that holds `path` (or its nearest existing parent).
  virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
};

// The machine's file system. Lives as long as the program.
FileSystem& real_file_system();

// Path helpers, pure text.
std::string parent_path(std::string_view path);  // "." when there is none
std::string join_path(std::string_view directory, std::string_view name);
std::string file_name(std::string_view path);

// Removes a whole tree; fine when nothing is there. Symbolic links are removed, not followed.
Status remove_tree(FileSystem& files, const std::string& path);

// Reads a small file whole, refusing more than `limit` bytes (Code::no_space).
Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t limit);

// Replaces or makes a small file so that it is there complete or not at all: temporary sibling, sync, rename, directory
// sync.
Status write_file_atomically(FileSystem& files, const std::string& path, ByteView bytes, unsigned permissions = 0600);

}  // namespace holdfast::os
