#include "control/reconcile/launcher.h"

#include <algorithm>

#include <fmt/format.h>

#include "control/reconcile/conditions.h"

namespace holdfast::control {

Plan reconcile_launcher(const json::Value& launcher, Instant now) {
  Plan plan;
  const auto said = time_at(launcher, {"status", "lastHeartbeatTime"});
  Condition ready{.type = "Ready", .holds = false, .unknown = true, .reason = "NeverHeard", .message = ""};
  if (said) {
    const Instant heard = std::min(*said, now);
    const bool lives = now - heard <= kHeardWithin;
    ready = {.type = "Ready",
             .holds = lives,
             .unknown = !lives,
             .reason = lives ? "Heard" : "NotHeard",
             .message = lives ? "" : fmt::format("nothing was heard of it since {}", format_instant(heard))};
    // One second more: times are whole seconds.
    if (lives) plan.look_at(heard + kHeardWithin + Seconds(1));
  }
  json::Value after = launcher;
  set_condition(member_of(after, "status"), ready, now, generation_of(launcher));
  plan.update_status(kLauncherType, launcher, std::move(after));
  return plan;
}

}  // namespace holdfast::control
