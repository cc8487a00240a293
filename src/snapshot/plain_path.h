// Paths as text, so that two of them can be compared. Symbolic links and ".." are not looked into.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::snapshot {

// Without doubled slashes, "." parts and a slash at the end; "." for nothing.
std::string plain_path(std::string_view path);

// What leads from `directory` to `path` when it lies inside ("member/wal"); empty when it does not, or is the same.
// Both plain.
std::string path_inside(std::string_view directory, std::string_view path);

}  // namespace holdfast::snapshot
