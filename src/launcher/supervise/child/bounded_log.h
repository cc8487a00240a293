// A log file that a process writes by itself, at its end, and that must not fill the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// Files PATH and PATH.1, the one before it. The writer keeps PATH open, so its text is copied to PATH.1 and PATH cut to
// nothing: whoever appends goes on at its beginning. A line written between the two is lost, which is a few
// microseconds in many megabytes. Nobody bounds it while this object is not there. Not safe for several threads at
// once.
class BoundedLog {
 public:
  // Each of the two files has at most about `limit` bytes.
  BoundedLog(os::FileSystem& files, std::string path, std::uint64_t limit);

  const std::string& path() const { return path_; }
  // Looks at the size, and makes room when it is over the limit. Of a log that grew far over it while nobody looked the
  // end is kept. A full disk costs the copy, not the room.
  Status bound();
  // See Supervisor::log_tail().
  Result<std::string> tail(std::size_t limit) const;

 private:
  std::string former() const { return path_ + ".1"; }
  Status keep_end(os::File& log) const;

  os::FileSystem& files_;
  const std::string path_;
  const std::uint64_t limit_;
};

}  // namespace holdfast::launcher
