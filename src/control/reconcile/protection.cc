#include "control/reconcile/protection.h"

#include <algorithm>

#include "control/reconcile/config_spec.h"
#include "control/reconcile/entries.h"
#include "control/reconcile/retention_plan.h"
#include "control/schedule/firing.h"

namespace holdfast::control {
namespace {

// A backup takes its time, and one that failed is tried again: this much later than its slot is not too late.
constexpr Seconds kGrace{60};

std::optional<Instant> slot_of(const json::Value& backup) {
  const auto slot = time_at(backup, {"status", "scheduledTime"});
  return slot ? slot : time_at(backup, {"status", "takenTime"});
}

std::optional<Instant> newest_good(const json::Value& config, const ClusterView& view, Instant now) {
  std::optional<Instant> newest;
  for (const json::Value* each : backups_of(config, view)) {
    const auto slot = slot_of(*each);
    if (is_good(*each) && slot && *slot <= now && (!newest || *slot > *newest)) newest = slot;
  }
  return newest;
}

std::optional<Instant> protected_until(const ConfigSpec& spec, Instant newest) {
  const auto first = next_after(*spec.schedule, newest);
  const auto second = first ? next_after(*spec.schedule, *first) : std::nullopt;
  if (!second) return kLastInstant;
  return *second + spec.start_offset + kGrace;
}

std::optional<Instant> last_good_end(const ClusterView& view) {
  std::optional<Instant> last;
  for (const json::Value& each : view.backups) {
    const auto end = time_at(each, {"status", "finishedTime"});
    if (is_good(each) && end && (!last || *end > *last)) last = end;
  }
  return last;
}

}  // namespace

Protection judge_protection(const ClusterView& view, Instant now) {
  Protection result;
  result.last_good = last_good_end(view);
  bool scheduled = false;
  std::optional<Instant> newest;
  for (const json::Value& config : view.configs) {
    const auto spec = read_config(config);
    if (!spec || !spec->schedule || is_going(config)) continue;
    scheduled = true;
    const auto good = newest_good(config, view, now);
    if (!good) continue;
    newest = std::max(newest.value_or(*good), *good);
    const auto until = protected_until(*spec, *good);
    if (until && (!result.until || *until > *result.until)) result.until = until;
  }
  const bool holds = result.until && now < *result.until;
  if (!holds) result.until.reset();
  result.condition.type = "Protected";
  result.condition.holds = holds;
  if (holds) {
    result.condition.reason = "RecentBackup";
    result.condition.message = "";
  } else if (!scheduled) {
    result.condition.reason = "NoSchedule";
    result.condition.message = "no backup config with a schedule";
  } else if (!newest) {
    result.condition.reason = "NoGoodBackup";
    result.condition.message = "no scheduled backup has succeeded yet";
  } else {
    result.condition.reason = "BackupTooOld";
    result.condition.message =
        fmt::format("the newest good backup is of {}; two slots have passed since", format_instant(*newest));
  }
  if (!holds && api::flag_at(view.cluster, {"spec", "pause"})) {
    result.condition.reason = "Paused";
    result.condition.message = "no backups are made while spec.pause is true";
  }
  return result;
}

}  // namespace holdfast::control
