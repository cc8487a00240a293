#include "work/health/health_watch.h"

#include <algorithm>

#include "work/cluster_client.h"

#include "api/fields.h"
#include "api/rules.h"
#include "base/log.h"
#include "control/manager/views.h"

namespace holdfast::work {
namespace {

using control::kClusterType;

bool has_endpoints(const json::Value& cluster) {
  const json::Array* endpoints = api::array_at(cluster, {"spec", "etcd", "endpoints"});
  return endpoints != nullptr && !endpoints->empty();
}

bool is_watched(const json::Value& cluster) {
  const bool has_old_health = api::object_at(cluster, {"status", "etcd"}) != nullptr;
  return !control::is_going(cluster) && (has_endpoints(cluster) || has_old_health);
}

bool same_etcd(const json::Value& a, const json::Value& b) {
  for (const std::string_view name : {"etcd", "componentsOverride"}) {
    const json::Value* one = api::field_at(a, {"spec", name});
    const json::Value* other = api::field_at(b, {"spec", name});
    if ((one == nullptr) != (other == nullptr) || (one != nullptr && *one != *other)) return false;
  }
  return true;
}

}  // namespace

// Clusters that come, change and go, and their Secrets.
class HealthWatch::Listener : public registry::Watcher {
 public:
  explicit Listener(HealthWatch& watch) : watch_(watch) {}
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    if (event->kind->kind == "Secret") {
      const std::string_view cluster = api::cluster_of_namespace(event->id.name_space);
      if (!cluster.empty()) watch_.hurry(std::string(cluster));
    }
    if (event->kind->kind != kClusterType.kind) return true;
    if (!event->now || !is_watched(*event->now)) {
      watch_.remove(event->id.name);
    } else if (!event->before || !same_etcd(*event->before, *event->now)) {
      watch_.put(*event->now);
    }
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override {
    const std::lock_guard lock(watch_.mutex_);
    watch_.listening_ = false;
  }

 private:
  HealthWatch& watch_;
};

HealthWatch::HealthWatch(World world, registry::WatchHub& hub, std::function<bool()> leads, HealthOptions options)
    : world_(std::move(world)),
      hub_(hub),
      leads_(std::move(leads)),
      options_(options),
      listener_(std::make_shared<Listener>(*this)),
      agenda_(options.agenda) {
  threads_.emplace_back([this](const std::stop_token& stop) { keep_agenda(stop); });
  for (std::size_t i = 0; i < options_.threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { ask_in_turn(Agenda::Lane::prompt, stop); });
  for (std::size_t i = 0; i < options_.slow_threads; ++i)
    threads_.emplace_back([this](const std::stop_token& stop) { ask_in_turn(Agenda::Lane::slow, stop); });
}

HealthWatch::~HealthWatch() {
  for (std::jthread& each : threads_)
    each.request_stop();
  threads_.clear();
  if (watch_ != 0) hub_.unwatch(watch_);
}

HealthCounters HealthWatch::counters() const {
  const std::lock_guard lock(mutex_);
  HealthCounters counters = counters_;
  counters.clusters = agenda_.size();
  return counters;
}

void HealthWatch::put(const json::Value& cluster) {
  const json::Array* endpoints = api::array_at(cluster, {"spec", "etcd", "endpoints"});
  const std::lock_guard lock(mutex_);
  if (!leading_) return;
  agenda_.put(std::string(control::name_of(cluster)), endpoints == nullptr ? 1 : endpoints->size(),
              world_.clock.steady());
}

void HealthWatch::hurry(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  agenda_.hurry(cluster, world_.clock.steady());
}

void HealthWatch::remove(const std::string& cluster) {
  const std::lock_guard lock(mutex_);
  agenda_.remove(cluster);
}

void HealthWatch::rest() {
  if (watch_ != 0) hub_.unwatch(watch_);
  watch_ = 0;
  const std::lock_guard lock(mutex_);
  agenda_.clear();
  listening_ = false;
}

// Every Cluster there is, and those that come. False when the store is away.
bool HealthWatch::listen() {
  if (watch_ != 0) hub_.unwatch(watch_);
  watch_ = 0;
  const auto now = world_.registry.store().revision();
  if (!now) return false;
  const api::Kind& kind = control::kind_of(world_.registry, kClusterType);
  const auto listed = world_.registry.list(kind, {}, [this](const json::Value& each) {
    if (is_watched(each)) put(each);
  });
  if (!listed) return false;
  const auto watching = hub_.watch({}, *now, listener_);
  if (!watching) return false;
  watch_ = *watching;
  return true;
}

void HealthWatch::keep_agenda(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool leads = leads_();
    bool listens = false;
    {
      const std::lock_guard lock(mutex_);
      leading_ = leads;
      listens = listening_;
    }
    if (!leads) rest();
    if (leads && !listens && listen()) {
      const std::lock_guard lock(mutex_);
      listening_ = true;
    }
    world_.clock.sleep_for(options_.tick, stop);
  }
}

void HealthWatch::ask_in_turn(Agenda::Lane lane, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<std::string> cluster;
    {
      const std::lock_guard lock(mutex_);
      if (leading_) cluster = agenda_.take(lane, world_.clock.steady());
    }
    if (!cluster) {
      world_.clock.sleep_for(options_.tick, stop);
      continue;
    }
    const bool answered = look_at(*cluster, stop);
    const std::lock_guard lock(mutex_);
    ++counters_.looks;
    if (!answered) ++counters_.unanswered;
    agenda_.done(*cluster, answered, world_.clock.steady());
  }
}

// True when some endpoint answered.
bool HealthWatch::look_at(const std::string& name, const std::stop_token& stop) {
  const api::Kind& kind = control::kind_of(world_.registry, kClusterType);
  const auto cluster = world_.registry.get(kind, {.name_space = "", .name = name});
  if (!cluster && cluster.error().code == 404) remove(name);
  if (!cluster || control::is_going(*cluster)) return false;
  if (!has_endpoints(*cluster)) {
    clear(*cluster);
    return true;
  }
  const auto answers = ask(*cluster, stop);
  // What was broken off says nothing about the cluster.
  if (stop.stop_requested()) return true;
  const Health health = answers ? assess(*answers, *cluster) : assess_failure(answers.error(), *cluster);
  tell(*cluster, health);
  return health.reachable.holds;
}

Result<Answers> HealthWatch::ask(const json::Value& cluster, const std::stop_token& stop) {
  HF_ASSIGN(etcd::ClientOptions options, etcd_options_of(cluster, world_));
  options.dial_timeout = options_.dial_timeout;
  options.request_timeout = options_.request_timeout;
  options.stop = stop;
  HF_ASSIGN(const auto client, world_.connect(options));
  Answers answers;
  answers.members = etcd::probe_members(*client);
  // Without a leader, etcd would keep this question waiting.
  const bool has_leader = std::any_of(answers.members.begin(), answers.members.end(),
                                      [](const etcd::Probe& each) { return each.status && each.status->leader != 0; });
  if (!has_leader) return answers;
  if (auto list = client->member_list()) answers.list = std::move(*list);
  return answers;
}

void HealthWatch::write(const json::Value& cluster, const std::function<json::Value(const json::Value&)>& change) {
  registry::WriteOptions options;
  options.manager = "holdfast-health";
  options.by_server = true;
  options.subresource = "status";
  const std::string_view uid = control::uid_of(cluster);
  const auto apply = [&](const json::Value& before) -> api::ApiResult<json::Value> {
    // Another one of the same name is not what was asked.
    return control::uid_of(before) == uid ? change(before) : before;
  };
  const api::Kind& kind = control::kind_of(world_.registry, kClusterType);
  const auto written = world_.registry.update(kind, registry::id_of(cluster), apply, options);
  if (!written && written.error().code != 404) {
    log::event(log::Level::warning, "health.write",
               {{"cluster", std::string(control::name_of(cluster))}, {"error", written.error().message}});
  }
  const std::lock_guard lock(mutex_);
  if (written) ++counters_.writes;
}

void HealthWatch::tell(const json::Value& cluster, const Health& health) {
  const control::Instant now = control::to_instant(world_.clock.now());
  Duration every = options_.tell_every;
  {
    const std::lock_guard lock(mutex_);
    every = std::max(every, agenda_.interval());
  }
  const auto told = told_at(cluster);
  const bool is_recent = told && *told <= now && now < *told + std::chrono::duration_cast<control::Seconds>(every);
  if (is_recent && !is_news(cluster, with_health(cluster, health, now))) return;
  write(cluster, [&](const json::Value& before) { return with_health(before, health, now); });
}

void HealthWatch::clear(const json::Value& cluster) {
  if (api::object_at(cluster, {"status", "etcd"}) == nullptr) return;
  write(cluster, [](const json::Value& before) { return without_health(before); });
}

}  // namespace holdfast::work
