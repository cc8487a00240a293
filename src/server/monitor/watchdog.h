// Sees to it that a server whose threads are stuck is started anew: the service manager is told that all is well only
// while each part makes progress.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/units.h"
#include "os/clock.h"

namespace holdfast::server {

// A part of the server that goes on for ever.
struct VitalPart {
  std::string name;
  std::function<void()> nudge;            // makes it do a round soon; may be empty
  std::function<std::uint64_t()> rounds;  // done so far
};

// Decides, without threads or time of its own: which parts have done nothing for `patience`.
class Pulse {
 public:
  Pulse(std::vector<VitalPart> parts, Duration patience, os::SteadyTime now);

  // Looks at each part, then nudges it. The names of those that are stuck.
  std::vector<std::string> look(os::SteadyTime now);

 private:
  struct Seen {
    std::uint64_t rounds = 0;
    os::SteadyTime changed;
  };
  const std::vector<VitalPart> parts_;
  const Duration patience_;
  std::vector<Seen> seen_;
};

class Watchdog {
 public:
  using Tell = std::function<void()>;  // all is well
  // Looks every half `interval`; a part that did no round for a whole one is stuck, is named in the log, and nobody is
  // told that all is well until it goes on. A nudge that does not return has the same effect. What the parts and `tell`
  // use outlives it.
  Watchdog(std::vector<VitalPart> parts, Duration interval, Tell tell, os::Clock& clock);

 private:
  void run(const std::stop_token& stop);

  const Duration pause_;
  const Tell tell_;
  os::Clock& clock_;
  Pulse pulse_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::server
