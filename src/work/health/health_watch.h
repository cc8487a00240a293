// Looks after the health of every Cluster's etcd, and writes it into the Cluster's status.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "work/health/agenda.h"
#include "work/health/assess.h"
#include "work/world.h"

#include "registry/watch_hub.h"

namespace holdfast::work {

struct HealthOptions {
  AgendaOptions agenda;
  std::size_t threads = 3;       // for clusters that answer
  std::size_t slow_threads = 3;  // for those that did not the last time
  Duration tick = std::chrono::milliseconds(250);
  Duration dial_timeout = std::chrono::seconds(3);
  Duration request_timeout = std::chrono::seconds(5);
  // What is no news is written so often, or with every look when these are rarer.
  Duration tell_every = std::chrono::minutes(10);
};

struct HealthCounters {
  std::size_t clusters = 0;
  std::uint64_t looks = 0;
  std::uint64_t unanswered = 0;  // of those
  std::uint64_t writes = 0;
};

// Only one of several servers asks: the one for which `leads` is true. Each look opens connections of its own and
// closes them: ten thousand clusters would take too much memory otherwise.
class HealthWatch {
 public:
  // World, hub and what `leads` needs outlive it.
  HealthWatch(World world, registry::WatchHub& hub, std::function<bool()> leads, HealthOptions options);
  // Breaks off what is being asked.
  ~HealthWatch();

  HealthCounters counters() const;

 private:
  class Listener;
  void keep_agenda(const std::stop_token& stop);
  bool listen();
  void rest();
  void ask_in_turn(Agenda::Lane lane, const std::stop_token& stop);
  bool look_at(const std::string& cluster, const std::stop_token& stop);
  Result<Answers> ask(const json::Value& cluster, const std::stop_token& stop);
  void tell(const json::Value& cluster, const Health& health);
  void clear(const json::Value& cluster);
  void write(const json::Value& cluster, const std::function<json::Value(const json::Value&)>& change);
  void put(const json::Value& cluster);
  void hurry(const std::string& cluster);
  void remove(const std::string& cluster);

  World world_;
  registry::WatchHub& hub_;
  const std::function<bool()> leads_;
  const HealthOptions options_;
  const std::shared_ptr<Listener> listener_;
  std::uint64_t watch_ = 0;  // of the thread that keeps the agenda

  mutable std::mutex mutex_;
  Agenda agenda_;  // protected by mutex_, as what follows
  bool leading_ = false;
  bool listening_ = false;
  HealthCounters counters_;

  std::vector<std::jthread> threads_;  // last: they use everything above
};

}  // namespace holdfast::work
