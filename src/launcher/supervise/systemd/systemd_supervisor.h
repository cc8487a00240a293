// etcd as a unit of systemd that somebody else has made: `systemctl start`, `stop` and `show`. The unit says how etcd
// runs, and whether it is started again when it ended (Restart=).
//
// What was asked for last is what systemd was told last; after the machine's start that is whether the unit is enabled,
// so it should not be: the launcher starts it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "launcher/supervise/supervisor.h"

#include "base/result.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/process.h"

namespace holdfast::launcher {

struct SystemdOptions {
  std::string unit;                                 // "etcd.service"
  std::vector<std::string> systemctl{"systemctl"};  // the program and its first words
  std::vector<std::string> journalctl{"journalctl"};
  Duration start_limit = std::chrono::seconds(60);  // until there must be a process
};

// Both of the world outlive the result. Code::usage for what is no name of a service unit.
Result<std::unique_ptr<Supervisor>> supervise_unit(const SystemdOptions& options, os::Processes& processes,
                                                   os::Clock& clock);

}  // namespace holdfast::launcher
