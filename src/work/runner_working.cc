// The threads of the runner that carry operations out.
#include "work/attempt_log.h"
#include "work/operation_status.h"
#include "work/runner.h"
#include "work/task.h"

#include "base/log.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

Error stop_error(StopReason reason, Error error, Duration stall_timeout) {
  if (reason != StopReason::stalled) return error;
  Error stalled;
  stalled.code = Code::timeout;
  stalled.message = fmt::format("nothing moved for {}", format_duration(stall_timeout));
  stalled.retryable = true;
  return stalled;
}

}  // namespace

void Runner::work(const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      // Jobs that were claimed are put back in order, also while everything stops.
      job_arrived_.wait(lock, stop, [this] { return !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = jobs_.front();
      jobs_.pop_front();
    }
    perform(*job);
    finish(*job);
  }
}

api::ApiResult<registry::Written> Runner::change_status(const Job& job, const registry::Registry::Change& change) {
  registry::WriteOptions options;
  options.manager = "holdfast-work";
  options.by_server = true;
  options.subresource = "status";
  options.only_while = job.claim.guard;
  return world_.registry.update(control::kind_of(world_.registry, control::kOperationType), job.id, change, options);
}

bool Runner::write(const Job& job, const json::Value& operation) {
  const auto written = change_status(job, [&](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    after.get_object()["status"] = operation.at("status");
    return after;
  });
  if (written) return true;
  log::event(log::Level::warning, "operation.write",
             {{"operation", fmt::format("{}/{}", job.id.name_space, job.id.name)},
              {"cluster", job.needs.cluster},
              {"error", written.error().message}});
  return false;
}

void Runner::perform(Job& job) {
  const auto now = [this] { return control::to_instant(world_.clock.now()); };
  if (job.attempt->reason() != StopReason::none) return;
  job.operation = begun(job.operation, options_.id, now());
  if (is_worn_out(job.operation)) {
    Error error;
    error.code = Code::unsupported;
    error.message = "the server stopped too often while it ran";
    const json::Value after = failed(job.operation, error, now());
    AttemptLog(world_, job.operation).ended(after, write(job, after));
    return;
  }
  if (!write(job, job.operation)) return;
  json::Object facts;
  bool hopeless = false;
  const AttemptLog attempt_log(world_, job.operation);
  auto outcome = run_task({.world = world_,
                           .operation = job.operation,
                           .sequence = job.claim.sequence,
                           .guard = job.claim.guard,
                           .progress = *job.attempt,
                           .stop = job.attempt->token(),
                           .facts = facts,
                           .hopeless = hopeless});
  const StopReason reason = job.attempt->reason();
  json::Value after;
  if (outcome) {
    after = completed(job.operation, *outcome, now());
  } else if (reason == StopReason::shut_down) {
    after = put_back(job.operation);
  } else if (reason == StopReason::cancelled) {
    after = cancelled(job.operation, now());
  } else {
    const Error error = stop_error(reason, outcome.error(), options_.stall_timeout);
    after = failed(job.operation, error, now(), facts, hopeless && reason == StopReason::none);
  }
  const bool written = write(job, after);
  attempt_log.ended(after, written);
  const std::lock_guard lock(mutex_);
  ++(!written ? counters_.lost : outcome ? counters_.completed : counters_.failed);
}

void Runner::finish(const Job& job) {
  claims_.release(job.claim);
  const registry::ObjectId& id = job.id;
  // What happened to it while it was at work was not looked at.
  auto operation = world_.registry.get(control::kind_of(world_.registry, control::kOperationType), id);
  const std::lock_guard lock(mutex_);
  running_.erase(id);
  freed_.push_back(job.needs);
  if (operation) inbox_.insert_or_assign(id, std::move(*operation));
  if (!operation && operation.error().code != 404) start_over_ = true;
  dispatcher_.wake();
}

}  // namespace holdfast::work
