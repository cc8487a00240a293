#include "server/monitor/watchdog.h"

#include <utility>

#include "base/log.h"

namespace holdfast::server {

Pulse::Pulse(std::vector<VitalPart> parts, Duration patience, os::SteadyTime now)
    : parts_(std::move(parts)), patience_(patience) {
  for (const VitalPart& part : parts_)
    seen_.push_back({.rounds = part.rounds(), .changed = now});
}

std::vector<std::string> Pulse::look(os::SteadyTime now) {
  std::vector<std::string> stuck;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const VitalPart& part = parts_[i];
    const std::uint64_t rounds = part.rounds();
    if (rounds != seen_[i].rounds) seen_[i] = {.rounds = rounds, .changed = now};
    if (now - seen_[i].changed >= patience_) stuck.push_back(part.name);
    if (part.nudge) part.nudge();
  }
  return stuck;
}

Watchdog::Watchdog(std::vector<VitalPart> parts, Duration interval, Tell tell, os::Clock& clock)
    : pause_(interval / 2),
      tell_(std::move(tell)),
      clock_(clock),
      pulse_(std::move(parts), interval, clock.steady()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Watchdog::run(const std::stop_token& stop) {
  do {
    const std::vector<std::string> stuck = pulse_.look(clock_.steady());
    for (const std::string& name : stuck)
      log::event(log::Level::error, "watchdog.stuck", {{"part", name}});
    if (stuck.empty()) tell_();
  } while (clock_.sleep_for(pause_, stop));
}

}  // namespace holdfast::server
