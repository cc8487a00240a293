// Which file belongs to a key, and what stands in its way. Private to local/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

  // Makes the directory of the key's file. Code::refused when a file or link stands where a directory must be, or a
  // directory where the file must be.
  Status prepare(const std::string& key) const;

  // The entries that lead from the root's parent to the key's file are on the disk when this returns.
  Status sync(const std::string& key) const;

 private:
  Status make_root() const;
  Result<std::optional<os::FileInfo>> look(const std::string& path) const;

  const std::string root_;
  os::FileSystem& files_;
};

}  // namespace holdfast::objectstore
