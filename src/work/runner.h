// Carries operations out: claims them, runs their attempts on a few threads, writes what came out.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "work/attempt.h"
#include "work/claims.h"
#include "work/waiting_list.h"
#include "work/world.h"

#include "control/manager/clock_watch.h"
#include "control/manager/waker.h"
#include "registry/watch_hub.h"

namespace holdfast::work {

struct RunnerOptions {
  std::string id;  // of this server; no other that runs has it
  // Backups at once, unless spec.seedController.maxConcurrentBackups of the KubermaticConfiguration says how many.
  std::size_t backups = 8;
  std::size_t others = 4;  // operations at once that are no backups: removals, probes, verifications
  Duration lease_ttl = std::chrono::seconds(15);     // whole seconds; after a crash, others take over this much later
  Duration stall_timeout = std::chrono::minutes(5);  // an attempt that moves nothing for so long is broken off
  Duration progress_every = std::chrono::seconds(2);
};

struct RunnerCounters {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::uint64_t completed = 0;  // attempts
  std::uint64_t failed = 0;
  std::uint64_t lost = 0;    // whose result was refused because the claim was gone
  std::uint64_t rounds = 0;  // of the thread that keeps the lease, one a second
};

// Operations begin in the order in which they are due. An attempt is begun and its outcome written only while the claim
// on the operation is ours, so one that was taken over by another server cannot be overwritten by a late result.
// Threads: one that begins operations, one that keeps the lease and watches over attempts, and as many that work as may
// be at work at once.
class Runner {
 public:
  // World and hub outlive it. Fails when the store is away.
  static Result<std::unique_ptr<Runner>> start(World world, registry::WatchHub& hub, RunnerOptions options);
  // Breaks off what runs and puts it back, so that it is gone on with after the next start.
  ~Runner();

  RunnerCounters counters() const;

 private:
  class Listener;
  class ConfigurationListener;
  struct Job {
    registry::ObjectId id;
    json::Value operation;  // of the thread that works
    Needs needs;
    Claim claim;
    std::shared_ptr<Attempt> attempt;
  };

  Runner(World world, registry::WatchHub& hub, RunnerOptions options);

  // The thread that begins operations.
  void dispatch(const std::stop_token& stop);
  void take_inbox(const std::stop_token& stop);
  Status start_over();
  Status follow_bounds(store::Revision now);  // runner_bounds.cc, as what follows
  Status read_bounds();
  void add_workers(std::size_t count);
  void consider(const json::Value& operation);
  void cancel(const registry::ObjectId& id);
  bool begin_next();
  void try_later(const WaitingList::Item& item);
  Result<std::optional<Job>> prepare(const WaitingList::Item& item);
  std::size_t slots_of(const std::string& destination);

  // The threads that work: runner_working.cc.
  void work(const std::stop_token& stop);
  void perform(Job& job);
  bool write(const Job& job, const json::Value& operation);  // its status, if it is still ours
  void finish(const Job& job);

  // Changes the status of the operation while its claim is ours; registry::kClaimLost otherwise. Any thread.
  api::ApiResult<registry::Written> change_status(const Job& job, const registry::Registry::Change& change);

  // The thread that keeps the lease: runner_keeping.cc.
  void keep(const std::stop_token& stop);
  void keep_lease();
  void watch_over_attempts();
  std::vector<std::shared_ptr<Job>> running_jobs() const;

  void post(std::optional<json::Value> operation, const registry::ObjectId& id);
  void post_start_over();
  void post_bounds();

  World world_;
  registry::WatchHub& hub_;
  const RunnerOptions options_;
  Claims claims_;
  control::Waker dispatcher_;
  std::shared_ptr<Listener> listener_;
  std::uint64_t watch_ = 0;  // of the dispatching thread, as what follows
  std::uint64_t configuration_watch_ = 0;
  WaitingList waiting_list_;         // the same
  control::ClockWatch clock_watch_;  // the same
  os::SteadyTime kept_{};            // of the keeping thread: when the lease was last kept
  os::SteadyTime told_{};            // the same: when progress was last written

  mutable std::mutex mutex_;
  std::condition_variable_any job_arrived_;
  std::map<registry::ObjectId, std::optional<json::Value>> inbox_;  // protected by mutex_, as what follows
  std::vector<Needs> freed_;
  bool start_over_ = true;
  bool new_bounds_ = false;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::map<registry::ObjectId, std::shared_ptr<Job>> running_;  // queued or at work
  RunnerCounters counters_;

  std::vector<std::jthread> workers_;  // last: they use everything above
  std::jthread keeper_;
  std::jthread dispatching_;
};

}  // namespace holdfast::work
