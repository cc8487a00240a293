// Goes through the files of a local store in the order of their keys. Private to local/.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::objectstore {

struct TreeVisitor {
  // A file whose name is a key that begins with the prefix, in ascending byte order of the keys. May be empty.
  std::function<Status(const std::string& key, const os::FileInfo& info)> on_object;
  // A temporary file in a directory in which keys with the prefix may lie. May be empty.
  std::function<Status(const std::string& path, const os::FileInfo& info)> on_temporary;
  // Something below the directory asked for that may not be looked at; it is passed over. May be empty.
  std::function<void(const std::string& path)> on_unreadable;
};

// Code::not_found when there is no directory.
Status check_root(os::FileSystem& files, const std::string& root);

// Symbolic links, special files and names that are no keys are passed over, and so is what vanishes meanwhile.
// Code::not_found when the root does not exist; a missing directory below it holds nothing.
Status walk_tree(os::FileSystem& files, const std::string& root, const std::string& prefix, const TreeVisitor& visitor,
                 const std::stop_token& stop);

}  // namespace holdfast::objectstore
