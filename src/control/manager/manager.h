// Carries out what the reconcilers decide: looks at each cluster and Seed when something in it changes, and when it is
// time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "control/instant.h"
#include "control/manager/clock_watch.h"
#include "control/manager/leadership.h"
#include "control/manager/secret_users.h"
#include "control/manager/waker.h"
#include "control/manager/work_queue.h"
#include "control/reconcile/plan.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::control {

struct ManagerOptions {
  std::string id;                                 // of this server; no other that runs has it
  Duration lease_ttl = std::chrono::seconds(15);  // whole seconds; after a crash, another server leads this much later
  Duration longest_sleep = std::chrono::seconds(30);  // so that a clock that was set is noticed
  // Changes of one cluster come in bursts (an operation's end, the Backup, what we write about it ourselves): those of
  // so long are looked at together.
  Duration settle = std::chrono::milliseconds(50);
};

struct ManagerCounters {
  std::uint64_t looks = 0;     // reconciliations
  std::uint64_t failures = 0;  // of those
  std::uint64_t waiting = 0;   // keys whose time has not come
  std::uint64_t rounds = 0;    // of the deciding thread, also while it does not lead
};

// Two threads: one decides and writes, one keeps the leadership. Only the leader decides; the others wait.
class Manager {
 public:
  struct Parts {
    registry::Registry& registry;
    registry::WatchHub& hub;
    os::Clock& clock;
  };
  // The parts outlive it.
  Manager(Parts parts, ManagerOptions options);
  ~Manager();

  bool leads() const { return leading_; }
  ManagerCounters counters() const;
  // Makes the deciding thread go round once, if it still can: see ManagerCounters::rounds. Any thread.
  void nudge() { decider_.wake(); }

 private:
  class Listener;

  void lead(const std::stop_token& stop);
  void decide(const std::stop_token& stop);
  Status start_over();
  void take_inbox();
  void rest();
  bool look_at_next();
  Result<std::optional<Instant>> look_at(const WorkKey& key);
  // To be looked at now, or so much later.
  void post(const std::vector<WorkKey>& keys, Duration later = Duration::zero());
  void post_start_over();
  std::vector<WorkKey> keys_of(const registry::ObjectEvent& event);
  Result<Plan> plan_for(const WorkKey& key, Instant now);

  const Parts parts_;
  const ManagerOptions options_;
  Leadership leadership_;  // of the thread that keeps it
  std::atomic<bool> leading_{false};
  Waker decider_;
  Waker keeper_;
  SecretUsers secret_users_;

  std::mutex mutex_;
  struct Posted {
    WorkKey key;
    Duration later;
  };
  std::vector<Posted> inbox_;  // protected by mutex_, as what follows
  bool start_over_ = true;

  WorkQueue queue_;  // of the deciding thread, as what follows
  ClockWatch clock_watch_;
  std::uint64_t watch_ = 0;
  std::shared_ptr<Listener> listener_;
  std::atomic<std::uint64_t> looks_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::uint64_t> rounds_{0};

  std::jthread keeping_;  // last: they use everything above
  std::jthread deciding_;
};

}  // namespace holdfast::control
