// Tells the service manager (systemd) how the program is: the protocol of sd_notify(3), spoken to the socket that
// NOTIFY_SOCKET names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "os/environment.h"

namespace holdfast::os {

// Plain value; tell() is safe for any thread.
class ServiceManager {
 public:
  // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  explicit ServiceManager(const Environment& environment);

  bool listens() const { return !address_.empty(); }
  // Lines such as "READY=1". Nobody listens: nothing to do. Does not wait. Code::usage for an address that is neither a
  // path nor an abstract name; otherwise what the system says.
  Status tell(std::string_view state) const;

  // The longest time between two "WATCHDOG=1"; nothing when none are wanted, or of another process.
  std::optional<Duration> watchdog() const { return watchdog_; }

 private:
  std::string address_;  // '@' first: an abstract name
  std::optional<Duration> watchdog_;
};

}  // namespace holdfast::os
