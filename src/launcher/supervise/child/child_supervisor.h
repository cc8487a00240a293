// etcd as a process of the launcher's, in a session of its own: the launcher may end, be killed or be replaced by
// another version of itself, and etcd does not notice.
//
// Beside the data directory DATA lie DATA.process (record.h), DATA.log with DATA.log.1 (bounded_log.h), and
// DATA.launcher, a file that is held so that no second launcher keeps an etcd on DATA.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "launcher/supervise/supervisor.h"

#include "base/bytes.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/detached_process.h"
#include "os/file_system.h"

namespace holdfast::launcher {

struct ChildOptions {
  std::string data_dir;                 // an absolute path; need not be there yet, but what it lies in
  std::string log;                      // another place for the log than DATA.log, unless empty
  std::uint64_t log_limit = 32 * kMiB;  // bytes, of each of the log and the one before it
  // Whether any process uses the data directory. Asked before each start: one that is used by a process this launcher
  // did not start is left alone (Code::refused). Also asked when the record is damaged: unused, the record is set
  // aside. Empty: nobody knows; then a damaged record is an error. Runs on any thread.
  std::function<Result<bool>()> in_use;
  // Asked before each start that nobody called for. An error is why not now: it is shown as the reason, and asked again
  // after the next delay. Empty: always. Runs on any thread.
  std::function<Status()> may_restart;
};

struct ChildWorld {
  os::FileSystem& files;
  os::Clock& clock;
  os::DetachedProcesses& processes;
};

// Takes over the etcd that an earlier launcher left, when it still runs; starts it again when it was wanted and does
// not. So put the directories in order first. All of `world` outlives the result. Code::refused: another launcher keeps
// this data directory; Code::corrupt: the record is damaged, and something may run.
Result<std::unique_ptr<Supervisor>> supervise_child(const ChildOptions& options, const ChildWorld& world);

}  // namespace holdfast::launcher
