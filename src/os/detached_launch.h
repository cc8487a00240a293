// Private to os/: the steps between fork and the first instruction of another program.
#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

#include "base/result.h"
#include "os/detached_process.h"

namespace holdfast::os {

// An open descriptor, closed by the destructor.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept;
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;

  int get() const { return fd_; }
  void close();

 private:
  int fd_ = -1;
};

// Forks; the child waits at a gate until `before` has returned, and runs the program only when that went well. Gives
// the child's number; on an error there is no child any more.
Result<pid_t> launch_detached(const DetachedProgram& program, const std::function<Status(pid_t)>& before);

}  // namespace holdfast::os
