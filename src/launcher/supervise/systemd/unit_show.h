// What `systemctl show` says of a unit. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "launcher/supervise/supervisor.h"

#include "base/result.h"

namespace holdfast::launcher {

// The properties asked for, comma-separated: systemctl(1), org.freedesktop.systemd1(5).
extern const std::string_view kUnitProperties;

struct UnitShow {
  std::string load_state;    // "loaded", "not-found", "masked", …
  std::string active_state;  // "active", "activating", "deactivating", "inactive", "failed", …
  std::string sub_state;     // "running", "auto-restart", "dead", …
  std::string result;        // "success", "exit-code", "signal", "oom-kill", "start-limit-hit", …
  int main_pid = 0;          // 0: none
  std::uint64_t restarts = 0;
  int exit_kind = 0;    // si_code of waitid(2): 1 exited, 2 killed, 3 dumped core; 0: has not ended
  int exit_status = 0;  // its exit code, or the signal
  std::optional<std::chrono::microseconds> started;  // of the main process, on the monotonic clock

  bool process_runs() const { return main_pid != 0; }
  // Nothing will come any more unless somebody asks for it.
  bool at_rest() const { return !process_runs() && (active_state == "inactive" || active_state == "failed"); }
};

// Lines "Name=Value" in any order; unknown ones are passed over. Code::corrupt when a property is missing, or no number
// where it must be one.
Result<UnitShow> parse_unit_show(std::string_view text);

// How the unit's process ended the last time; nothing when it did not.
std::optional<ExitReason> exit_reason(const UnitShow& show);

}  // namespace holdfast::launcher
