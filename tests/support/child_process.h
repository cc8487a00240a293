// A program started by a test: ended with the test, whatever way the test ends.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace holdfast::test {

struct ChildOptions {
  std::vector<std::string> arguments;          // the program first; looked up in PATH when it has no slash
  std::vector<std::string> extra_environment;  // "NAME=value", over the test's own environment
  int stdin_fd = -1;                           // borrowed; -1: /dev/null
  int stdout_fd = -1;
  int stderr_fd = -1;
};

// Owns one child process. The kernel kills the child when the test process dies. Not safe for several threads at once.
class ChildProcess {
 public:
  static Result<ChildProcess> start(const ChildOptions& options);

  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();  // kills and waits

  bool running();           // false once it has ended; reaps it
  void signal(int number);  // nothing when it has ended
  // Waits for the end. The exit code, or 128 + the signal's number.
  int wait();
  pid_t pid() const { return pid_; }

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  void ended(int status);

  pid_t pid_ = -1;
  int exit_code_ = -1;
};

}  // namespace holdfast::test
