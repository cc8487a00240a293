// Programs that outlive this one, and how they are found again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::os {

// Which process it is, for good: its number alone belongs to somebody else once it has ended.
struct ProcessIdentity {
  int pid = 0;
  std::uint64_t start_ticks = 0;  // since the machine started: field 22 of /proc/PID/stat, proc(5)
  std::string boot_id;            // /proc/sys/kernel/random/boot_id

  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

struct DetachedProgram {
  std::vector<std::string> words;                  // the program first: a path with '/'; every word arrives as it is
  std::map<std::string, std::string> environment;  // all of it
  std::string output;  // the file that gets its standard output and error, at the end; made with mode 0600
};

// One of the two is known when this program started it; neither when somebody else did.
struct ProcessEnd {
  std::optional<int> exit_code;
  std::optional<int> signal;
};

enum class ProcessSignal { terminate, kill };  // SIGTERM, SIGKILL

// A process that runs or has run. Held by the kernel's own handle of it (a pidfd), so that never another process is
// meant that got the same number. The destructor lets go of it; the process goes on. Not safe for several threads at
// once.
class DetachedProcess {
 public:
  virtual ~DetachedProcess() = default;

  virtual const ProcessIdentity& identity() const = 0;
  // Nothing while it runs. Does not wait.
  virtual Result<std::optional<ProcessEnd>> ended() = 0;
  // Fine when it has ended.
  virtual Status signal(ProcessSignal signal) = 0;
};

// Safe for any thread.
class DetachedProcesses {
 public:
  virtual ~DetachedProcesses() = default;

  // Told before the program begins. When it returns an error, the program never begins, and start() returns that error.
  using Record = std::function<Status(const ProcessIdentity&)>;

  // Starts a program in a session of its own, in "/", with default signals, no open files of ours, an empty standard
  // input and as many open files as it may have. It goes on however this program ends. Between `record` and the
  // program there is no gap: a program that began was recorded, also when this one is killed at the worst moment.
  // An error after `record` means that nothing runs. Code::not_found: no such program; Code::refused: it may not be
  // run; Code::unsupported: a kernel without pidfds (Linux 5.4 has them).
  virtual Result<std::unique_ptr<DetachedProcess>> start(const DetachedProgram& program, const Record& record) = 0;

  // The process that had this identity; null when it is gone: nobody has that number, somebody else has it, or the
  // machine was started again. One that ended and was not yet buried may still be given.
  virtual Result<std::unique_ptr<DetachedProcess>> find(const ProcessIdentity& identity) = 0;
};

// The machine's. Lives as long as the program.
DetachedProcesses& real_detached_processes();

}  // namespace holdfast::os
