// The thread of the runner that keeps its lease and watches over attempts.
#include "work/runner.h"

#include "base/log.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::work {
namespace {

constexpr Duration kTick = std::chrono::seconds(1);

}  // namespace

void Runner::keep(const std::stop_token& stop) {
  while (world_.clock.sleep_for(kTick, stop)) {
    keep_lease();
    watch_over_attempts();
    const std::lock_guard lock(mutex_);
    ++counters_.rounds;
  }
}

void Runner::keep_lease() {
  const os::SteadyTime now = world_.clock.steady();
  if (now - kept_ < options_.lease_ttl / 3) return;
  const Status kept = claims_.keep();
  if (kept) {
    kept_ = now;
    return;
  }
  log::event(log::Level::warning, "runner.lease", {{"error", kept.error().to_string()}});
  const bool ended = kept.error().code == Code::not_found;
  if (!ended && now - kept_ < options_.lease_ttl) return;
  if (ended) kept_ = now;
  for (const auto& job : running_jobs())
    job->attempt->stop(StopReason::claim_lost);
  post_start_over();
}

void Runner::watch_over_attempts() {
  const os::SteadyTime now = world_.clock.steady();
  const bool tell = now - told_ >= options_.progress_every;
  if (tell) told_ = now;
  for (const auto& job : running_jobs()) {
    if (job->attempt->still_for() >= options_.stall_timeout) job->attempt->stop(StopReason::stalled);
    if (!tell) continue;
    auto news = job->attempt->news();
    if (!news) continue;
    const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      // The attempt may have ended meanwhile.
      if (control::phase_of(before) == "Running") control::member_of(after, "status")["progress"] = *news;
      return after;
    };
    static_cast<void>(change_status(*job, change));
  }
}

}  // namespace holdfast::work
