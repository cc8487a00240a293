#include "control/reconcile/protection.h"

#include <algorithm>

#include "control/reconcile/config_spec.h"
#include "control/reconcile/default_config.h"
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

// A cluster that was set up anew has backups of its name that do not hold what is in its etcd.
bool is_of_other_etcd(const json::Value& backup, const ClusterView& view) {
  const std::string_view now = etcd_of_cluster(view.cluster);
  const std::string_view then = etcd_of_backup(backup);
  return !now.empty() && !then.empty() && now != then;
}

std::optional<Instant> newest_good(const ClusterView& view, Instant now) {
  std::optional<Instant> newest;
  for (const json::Value& each : view.backups) {
    const auto slot = slot_of(each);
    if (is_good(each) && !is_of_other_etcd(each, view) && slot && *slot <= now && (!newest || *slot > *newest))
      newest = slot;
  }
  return newest;
}

Instant protected_until(const ConfigSpec& spec, Instant newest) {
  const auto first = next_after(*spec.schedule, newest);
  const auto second = first ? next_after(*spec.schedule, *first) : std::nullopt;
  if (!second) return kLastInstant;
  return *second + spec.start_offset + kGrace;
}

// What was said before holds when the backup is deleted, but not when it turns out to be damaged, nor when the clock
// was ahead.
std::optional<Instant> last_good_end(const ClusterView& view, Instant now) {
  std::optional<Instant> said = time_at(view.cluster, {"status", "lastSuccessfulBackupTime"});
  if (said && *said > now) said.reset();
  std::optional<Instant> last;
  for (const json::Value& each : view.backups) {
    const auto end = time_at(each, {"status", "finishedTime"});
    if (is_good(each) && end && (!last || *end > *last)) last = end;
    if (api::text_at(each, {"status", "phase"}) == "Damaged" && end == said) said.reset();
  }
  return said ? std::max(said, last) : last;
}

// The configs that say how often there should be a backup; suspended ones only when there are no others.
std::vector<ConfigSpec> schedules_of(const ClusterView& view) {
  std::vector<ConfigSpec> active;
  std::vector<ConfigSpec> suspended;
  for (const json::Value& config : view.configs) {
    auto spec = read_config(config);
    if (!spec || !spec->schedule || is_going(config)) continue;
    (spec->suspended ? suspended : active).push_back(std::move(*spec));
  }
  return active.empty() ? suspended : active;
}

// Why there is no good one, although there may be others. `last_good`: when one succeeded.
std::string why_none_is_good(const ClusterView& view, std::optional<Instant> last_good) {
  std::size_t damaged = 0;
  std::size_t missing = 0;
  std::size_t others = 0;
  for (const json::Value& each : view.backups) {
    others += is_good(each) && is_of_other_etcd(each, view) ? 1U : 0U;
    const std::string_view phase = api::text_at(each, {"status", "phase"});
    damaged += phase == "Damaged" ? 1U : 0U;
    missing += phase == "Missing" ? 1U : 0U;
  }
  if (others > 0)
    return fmt::format("no backup of this etcd has succeeded yet: {} good {} of another one that had its name", others,
                       others == 1 ? "backup is" : "backups are");
  if (damaged + missing == 0) {
    if (!last_good) return "no backup has succeeded yet";
    return fmt::format("no backup is left: the last one, of {}, was deleted", format_instant(*last_good));
  }
  std::string why = "no good backup is left:";
  if (damaged > 0) why += fmt::format(" {} damaged", damaged);
  if (missing > 0) why += fmt::format("{} {} missing", damaged > 0 ? "," : "", missing);
  return why;
}

std::string why_unprotected(const ClusterView& view, const std::vector<ConfigSpec>& schedules,
                            std::optional<Instant> newest, std::optional<Instant> last_good) {
  std::string why;
  if (schedules.empty()) {
    why = "no backup config with a schedule";
  } else if (!newest) {
    why = why_none_is_good(view, last_good);
  } else {
    why = fmt::format("the newest good backup is of {}; two slots have passed since", format_instant(*newest));
  }
  if (api::flag_at(view.cluster, {"spec", "pause"})) return why + "; no backups are made while spec.pause is true";
  if (schedules.empty() || !schedules.front().suspended) return why;
  const bool by_us = std::any_of(view.configs.begin(), view.configs.end(), is_suspended_by_us);
  return why + "; every schedule is suspended" +
         (by_us ? ", default-backups by the server for want of a default destination" : "");
}

std::string why_no_seed(const ClusterView& view) {
  const std::string_view named = api::text_at(view.cluster, {"spec", "seed"});
  const std::string why = named.empty() ? "there is no Seed" : fmt::format("spec.seed: there is no Seed {}", named);
  return why + ", so no backups are made, and none can be read";
}

}  // namespace

Protection judge_protection(const ClusterView& view, Instant now) {
  Protection result;
  result.last_good = last_good_end(view, now);
  if (view.seed.is_null()) {
    result.condition = {.type = "Protected", .holds = false, .reason = "NoSeed", .message = why_no_seed(view)};
    return result;
  }
  const std::optional<Instant> newest = newest_good(view, now);
  const std::vector<ConfigSpec> schedules = schedules_of(view);
  for (const ConfigSpec& each : schedules) {
    if (!newest) break;
    const Instant until = protected_until(each, *newest);
    result.until = std::min(result.until.value_or(until), until);
  }
  const bool holds = result.until && now < *result.until;
  if (!holds) result.until.reset();
  result.condition = {.type = "Protected",
                      .holds = holds,
                      .reason = holds ? "RecentBackup" : "Unprotected",
                      .message = holds ? "" : why_unprotected(view, schedules, newest, result.last_good)};
  return result;
}

}  // namespace holdfast::control
