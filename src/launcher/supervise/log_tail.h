// The end of a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// The last whole lines that fit into `limit` bytes. A last line without its end counts as whole; when not even the last
// line fits, its end.
std::string last_lines(std::string_view text, std::size_t limit);

// Of a file; empty when it is not there.
Result<std::string> log_tail(os::FileSystem& files, const std::string& path, std::size_t limit);

}  // namespace holdfast::launcher
