// Which file belongs to a key, and what stands in its way. Private to local/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::objectstore {

// Names of temporary files begin so; no key may use it.
inline constexpr std::string_view kTemporaryPrefix = ".holdfast-put-";

// Safe for any thread.
class KeyPaths {
 public:
  KeyPaths(std::string root, os::FileSystem& files) : root_(std::move(root)), files_(files) {}

  // The file of a key. Code::usage when the key or its name here is not allowed, Code::unsupported when a segment is
  // too long.
  Result<std::string> path(const std::string& key) const;

  // The object's file, or nothing when there is none. Code::refused when a symbolic link stands in the way.
  Result<std::optional<os::FileInfo>> find(const std::string& key) const;

  // Makes the directory of the key's file, and finds out before anything is written that it cannot be synced.
  // Code::refused when a file or link stands where a directory must be, or anything but a regular file where the file
  // must be: devices, FIFOs and sockets are not ours to replace.
  Status prepare(const std::string& key) const;

  // The entries that lead from the root's parent to the key's file are on the disk when this returns. A directory above
  // the file's own one that may be entered but not read is passed over: only a directory that can be opened can be
  // synced, and what we made in one was synced by prepare(), which does insist. What stood there before us has been on
  // the disk for as long as its maker cared; the one case left is another process's put that made it a moment ago,
  // under a user who may read it.
  Status sync(const std::string& key) const;

 private:
  Status make_root() const;
  Status make_folder(const std::string& key, const std::string& folder) const;
  Status check_replaceable(const std::string& key, const std::string& file) const;
  Result<std::optional<os::FileInfo>> look(const std::string& path) const;

  const std::string root_;
  os::FileSystem& files_;
};

}  // namespace holdfast::objectstore
