#include "work/runner.h"

#include <algorithm>
#include <utility>

#include "work/destination.h"
#include "work/operation_status.h"
#include "work/surroundings.h"

#include "base/log.h"
#include "control/manager/views.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::work {
namespace {

constexpr Duration kPause = std::chrono::seconds(1);
// What another server holds is asked for again after this time.
constexpr Duration kRetryClaim = std::chrono::seconds(2);
constexpr Duration kLongestSleep = std::chrono::seconds(30);

const api::Kind& operation_kind(const World& world) {
  return control::kind_of(world.registry, control::kOperationType);
}

std::string label(const registry::ObjectId& id) {
  return fmt::format("{}/{}", id.name_space, id.name);
}

}  // namespace

// Tells the runner which operations changed.
class Runner::Listener : public registry::Watcher {
 public:
  explicit Listener(Runner& runner) : runner_(runner) {}
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    runner_.post(event->now ? std::optional(*event->now) : std::nullopt, event->id);
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override { runner_.post_start_over(); }

 private:
  Runner& runner_;
};

Runner::Runner(World world, registry::WatchHub& hub, RunnerOptions options)
    : world_(std::move(world)),
      hub_(hub),
      options_(std::move(options)),
      claims_(world_.registry.store(), options_.id, options_.lease_ttl),
      dispatcher_(world_.clock),
      listener_(std::make_shared<Listener>(*this)),
      clock_watch_(world_.clock),
      kept_(world_.clock.steady()),
      told_(kept_) {}

Result<std::unique_ptr<Runner>> Runner::start(World world, registry::WatchHub& hub, RunnerOptions options) {
  std::unique_ptr<Runner> runner(new Runner(std::move(world), hub, std::move(options)));
  HF_TRY(runner->claims_.start());
  Runner& self = *runner;
  self.keeper_ = std::jthread([&self](const std::stop_token& stop) { self.keep(stop); });
  self.dispatching_ = std::jthread([&self](const std::stop_token& stop) { self.dispatch(stop); });
  return runner;
}

Runner::~Runner() {
  dispatching_ = {};
  if (watch_ != 0) hub_.unwatch(watch_);
  if (configuration_watch_ != 0) hub_.unwatch(configuration_watch_);
  for (const auto& job : running_jobs())
    job->attempt->stop(StopReason::shut_down);
  for (std::jthread& each : workers_)
    each.request_stop();
  workers_.clear();
  keeper_ = {};
}

RunnerCounters Runner::counters() const {
  const std::lock_guard lock(mutex_);
  RunnerCounters counters = counters_;
  counters.running = running_.size();
  return counters;
}

void Runner::post(std::optional<json::Value> operation, const registry::ObjectId& id) {
  const std::lock_guard lock(mutex_);
  inbox_.insert_or_assign(id, std::move(operation));
  dispatcher_.wake();
}

void Runner::post_start_over() {
  const std::lock_guard lock(mutex_);
  start_over_ = true;
  dispatcher_.wake();
}

std::vector<std::shared_ptr<Runner::Job>> Runner::running_jobs() const {
  std::vector<std::shared_ptr<Job>> jobs;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, job] : running_)
    jobs.push_back(job);
  return jobs;
}

// --- the thread that begins operations

void Runner::dispatch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    // What waits does so by the wall clock: when that is set, it is looked at again when each is due.
    if (clock_watch_.was_set()) post_start_over();
    take_inbox(stop);
    if (begin_next()) continue;
    const WallTime now = world_.clock.now();
    const auto next = waiting_list_.next(now);
    Duration sleep = kLongestSleep;
    if (next) sleep = std::clamp<Duration>(*next - now, Duration(1), sleep);
    dispatcher_.wait(sleep, stop);
  }
}

void Runner::take_inbox(const std::stop_token& stop) {
  std::map<registry::ObjectId, std::optional<json::Value>> inbox;
  std::vector<Needs> freed;
  bool anew = false;
  bool new_bounds = false;
  {
    const std::lock_guard lock(mutex_);
    inbox.swap(inbox_);
    freed.swap(freed_);
    anew = std::exchange(start_over_, false);
    new_bounds = std::exchange(new_bounds_, false);
  }
  for (const Needs& each : freed)
    waiting_list_.end(each);
  if (anew) {
    const auto started = start_over();
    if (!started) {
      log::event(log::Level::warning, "runner.start", {{"error", started.error().to_string()}});
      world_.clock.sleep_for(kPause, stop);
      post_start_over();
    }
  }
  if (new_bounds && !read_bounds()) post_start_over();
  for (const auto& [id, operation] : inbox) {
    if (operation) consider(*operation);
    if (!operation) waiting_list_.remove(id);
  }
  const std::lock_guard lock(mutex_);
  counters_.waiting = waiting_list_.size();
}

Status Runner::start_over() {
  HF_ASSIGN(const store::Revision now, world_.registry.store().revision());
  if (watch_ != 0) hub_.unwatch(watch_);
  watch_ = 0;
  HF_TRY(follow_bounds(now));
  waiting_list_.clear();
  const auto listed =
      world_.registry.list(operation_kind(world_), {}, [this](const json::Value& each) { consider(each); });
  if (!listed) return tl::unexpected(control::error_of(listed.error()));
  registry::WatchFilter filter;
  filter.kind = &operation_kind(world_);
  auto watching = hub_.watch(filter, now, listener_);
  if (!watching) return tl::unexpected(control::error_of(watching.error()));
  watch_ = *watching;
  return {};
}

void Runner::consider(const json::Value& operation) {
  const registry::ObjectId id = registry::id_of(operation);
  {
    // What we are at work on is looked at again when that is done.
    const std::lock_guard lock(mutex_);
    if (const auto at = running_.find(id); at != running_.end()) {
      if (control::is_cancelled(operation)) at->second->attempt->stop(StopReason::cancelled);
      return;
    }
  }
  if (control::has_ended(operation) || control::is_order(operation)) return waiting_list_.remove(id);
  if (control::is_cancelled(operation)) return cancel(id);
  const control::Instant start = control::start_time(operation, control::to_instant(world_.clock.now()));
  waiting_list_.put({.id = id, .due = control::to_wall_time(start), .needs = needs_of(operation)});
}

// At once, whatever else waits or is at work.
void Runner::cancel(const registry::ObjectId& id) {
  waiting_list_.remove(id);
  const WaitingList::Item item{.id = id, .due = world_.clock.now(), .needs = {}};
  const auto job = prepare(item);
  if (!job) return try_later(item);
  if (!*job) return;
  // Another one has been made under its name, and nobody cancelled that.
  claims_.release((*job)->claim);
  consider((*job)->operation);
}

void Runner::try_later(const WaitingList::Item& item) {
  WaitingList::Item later = item;
  later.due = world_.clock.now() + kRetryClaim;
  waiting_list_.put(std::move(later));
}

// True when it did something and should be asked again.
bool Runner::begin_next() {
  {
    const std::lock_guard lock(mutex_);
    if (running_.size() >= workers_.size()) return false;
  }
  const auto item = waiting_list_.take(world_.clock.now());
  if (!item) return false;
  auto job = prepare(*item);
  if (!job) {
    log::event(log::Level::warning, "operation.claim",
               {{"operation", label(item->id)}, {"cluster", item->needs.cluster}, {"error", job.error().to_string()}});
    try_later(*item);
    return true;
  }
  if (!*job) return true;
  waiting_list_.begin(item->needs);
  const std::lock_guard lock(mutex_);
  const auto shared = std::make_shared<Job>(std::move(**job));
  running_.emplace(item->id, shared);
  jobs_.push_back(shared);
  job_arrived_.notify_one();
  return true;
}

// Backups that may be written to it at once; of one that is not there any more, the attempt will say so.
std::size_t Runner::slots_of(const std::string& destination) {
  const std::size_t slash = destination.find('/');
  const auto seed = find_seed(world_, destination.substr(0, slash), {});
  if (!seed) return kMostConcurrent;
  const json::Value* found = control::destination_of(*seed, destination.substr(slash + 1));
  return found == nullptr ? kMostConcurrent : most_concurrent(*found);
}

// Claims it. Nothing when it has ended, or is ended because it was cancelled, or somebody else has it.
Result<std::optional<Runner::Job>> Runner::prepare(const WaitingList::Item& item) {
  ClaimRequest request{.operation = label(item.id),
                       .cluster = item.needs.cluster,
                       .destination = item.needs.destination,
                       .destination_slots = 0};
  if (!request.destination.empty()) {
    request.destination_slots = slots_of(request.destination);
    waiting_list_.bound(request.destination, request.destination_slots);
  }
  HF_ASSIGN(auto claim, claims_.claim(request));
  if (!claim) {
    try_later(item);
    return std::nullopt;
  }
  // Only what is read under the claim counts: it may have ended just before.
  auto operation = world_.registry.get(operation_kind(world_), item.id);
  if (!operation || control::has_ended(*operation) || control::is_order(*operation)) {
    claims_.release(*claim);
    if (!operation && operation.error().code != 404) return tl::unexpected(control::error_of(operation.error()));
    return std::nullopt;
  }
  const control::Instant now = control::to_instant(world_.clock.now());
  const bool is_cancelled = control::is_cancelled(*operation);
  if (!is_cancelled && control::start_time(*operation, now) > now) {
    claims_.release(*claim);
    consider(*operation);
    return std::nullopt;
  }
  Job job{.id = item.id,
          .operation = std::move(*operation),
          .needs = item.needs,
          .claim = std::move(*claim),
          .attempt = std::make_shared<Attempt>(world_.clock)};
  if (!is_cancelled) return job;
  const bool written = write(job, cancelled(job.operation, now));
  claims_.release(job.claim);
  if (!written) try_later(item);
  return std::nullopt;
}

}  // namespace holdfast::work
