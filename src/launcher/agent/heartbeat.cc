#include "launcher/agent/heartbeat.h"

#include "launcher/agent/order.h"

#include "base/log.h"

namespace holdfast::launcher {
namespace {

constexpr int kUnauthorized = 401;

}  // namespace

Status Heartbeat::tell(const LauncherFacts& facts, int& status, const std::stop_token& stop) {
  const auto client = parts_.make_client(parts_.enrolment.connection());
  const json::Object patch{{"status", status_of(facts, parts_.clock.now())}};
  const client::Question question{
      .method = "PATCH",
      .path = path_of(parts_.launcher, "launchers", parts_.launcher.name) + "/status?fieldManager=holdfast-launcher",
      .content_type = "application/merge-patch+json",
      .body = json::to_string(patch)};
  return client->stream(question, Duration{0}, [](ByteView) -> Status { return {}; }, status, stop);
}

Duration Heartbeat::failed(const Error& error, int status, const std::stop_token& stop) {
  if (stop.stop_requested()) return Duration::zero();
  if (status == kUnauthorized && !known_ && parts_.enrolment.may_join()) {
    const Status joined = parts_.enrolment.join(stop);
    if (joined) return Duration::zero();
    log::event(log::Level::warning, "launcher.join", {{"error", joined.error().to_string()}});
  } else if (failures_ == 0) {
    log::event(log::Level::warning, status == kUnauthorized ? "launcher.refused" : "launcher.server_away",
               {{"error", error.to_string()}, {"hint", error.hint}});
  }
  return back_off(++failures_);
}

Duration Heartbeat::round(const std::stop_token& stop) {
  const LauncherFacts facts = parts_.facts.look();
  const os::SteadyTime now = parts_.clock.steady();
  const bool due = !told_ || is_news(*told_, facts) || now - told_at_ >= options_.tell_every;
  if (due) {
    int status = 0;
    if (const Status told = tell(facts, status, stop); !told) return failed(told.error(), status, stop);
    told_ = facts;
    told_at_ = now;
    known_ = true;
    if (std::exchange(failures_, 0) > 0) log::event(log::Level::info, "launcher.server_back");
  }
  if (parts_.enrolment.is_renewal_due()) {
    if (const Status renewed = parts_.enrolment.renew(stop); !renewed) return failed(renewed.error(), 0, stop);
  }
  return options_.look_every;
}

void Heartbeat::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Duration pause = round(stop);
    if (pause > Duration::zero()) parts_.clock.sleep_for(pause, stop);
  }
}

}  // namespace holdfast::launcher
