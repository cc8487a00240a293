// One etcd process: start it, stop it, see how it is. Three ways to do that, in folders of their own: as a process of
// the launcher's (child/), as a unit of systemd (systemd/), as a static pod of a kubelet (static_pod/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace holdfast::launcher {

// What runs. Made by etcd_command() (etcd_command.h).
struct EtcdCommand {
  std::string program;                             // a path with '/'
  std::vector<std::string> arguments;              // without the program; no secret is among them
  std::map<std::string, std::string> environment;  // all of it

  friend bool operator==(const EtcdCommand&, const EtcdCommand&) = default;
};

enum class Phase {
  stopped,  // not running, and not to run
  running,  // there is a process; whether it serves is another question
  ended,    // not running although it is wanted: it will be started again, or `last_exit` says why not
};

// How it ended the last time. Not for decisions: for people.
struct ExitReason {
  std::string text;               // "exit code 1", "killed by signal 9", …
  std::optional<int> exit_code;   // nothing when a signal ended it, or nobody knows
  std::optional<WallTime> ended;  // when it was noticed
};

struct EtcdState {
  Phase phase = Phase::stopped;
  std::optional<int> pid;               // while it runs, where that is known
  std::optional<WallTime> since;        // running since, where that is known
  std::optional<ExitReason> last_exit;  // nothing when it never ended, or nobody remembers
  std::uint64_t restarts = 0;           // without being asked, since start() was called last
  std::optional<Duration> next_start;   // Phase::ended: how long until then
  bool other_command = false;           // what runs was started with another command than the one asked for last
};

// Safe for any thread: orders are carried out one after the other. The destructor leaves etcd as it is. What was asked
// for last stays wanted when this object, the program or the machine ends and begins again; a supervisor made again for
// the same etcd goes on with it.
class Supervisor {
 public:
  virtual ~Supervisor() = default;

  // From now on it is to run. Returns when there is a process, not when that one serves; at once when there is one:
  // that goes on as it is, and another command counts from its next start. After an error it is not running and not
  // wanted. Where a unit or a manifest says how etcd runs, `command` is not looked at. Code::timeout: nothing began in
  // time.
  virtual Status start(const EtcdCommand& command, const std::stop_token& stop) = 0;

  // From now on it is not to run. SIGTERM, after `grace` SIGKILL; returns when the process is gone, at once when there
  // is none. Code::timeout: it is still there (a disk that does not answer, a kubelet that does not look);
  // Code::cancelled: nobody waits any longer. In both cases it stays unwanted. Any other error: nothing was changed.
  virtual Status stop(Duration grace, const std::stop_token& stop) = 0;

  virtual Result<EtcdState> state() = 0;

  // The end of what it printed, whole lines, at most `limit` bytes; may be empty. As etcd wrote it, not checked.
  virtual Result<std::string> log_tail(std::size_t limit) = 0;
};

}  // namespace holdfast::launcher
