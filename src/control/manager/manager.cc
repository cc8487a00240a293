#include "control/manager/manager.h"

#include <algorithm>

#include "api/rules.h"
#include "base/log.h"
#include "control/manager/apply.h"
#include "control/manager/views.h"
#include "control/reconcile/cluster.h"
#include "control/reconcile/default_config.h"
#include "control/reconcile/launcher.h"
#include "control/reconcile/ownership.h"

namespace holdfast::control {
namespace {

// A Seed counts its clusters, which costs a list of all: not for each of many that come together.
constexpr Duration kRecount = std::chrono::seconds(5);
// And its backups, of which there are more.
constexpr Duration kRecountBackups = std::chrono::seconds(60);
// What we make again when it was deleted: who waits for the deletion (kubectl does) must see that it is gone first.
constexpr Duration kGone = std::chrono::seconds(1);

bool comes_back(const registry::ObjectEvent& event) {
  const std::string& kind = event.kind->kind;
  return !event.now &&
         (kind == kNamespaceType.kind || (kind == kConfigType.kind && event.id.name == kDefaultConfigName));
}

bool concerns_everything(std::string_view kind) {
  return kind == "Seed" || kind == "KubermaticConfiguration";
}

bool concerns_nothing(std::string_view kind) {
  return kind == "Event" || kind == "Lease" || kind == "ConfigMap" || kind == "Token" || kind == "Member" ||
         kind == "Project";
}

// A status that was written is nothing to start over for.
bool says_something_new(const registry::ObjectEvent& event) {
  if (!event.before || !event.now) return true;
  return generation_of(*event.before) != generation_of(*event.now) || is_going(*event.before) != is_going(*event.now);
}

std::string_view word_of(WorkKey::Kind kind) {
  if (kind == WorkKey::Kind::cluster) return "cluster";
  return kind == WorkKey::Kind::seed ? "seed" : "launcher";
}

// What the decisions do not look at: how the etcd of a cluster is (but for which it is), and who wrote what.
json::Value without_health(const json::Value& cluster) {
  json::Value rest = cluster;
  for (const std::string_view name : {"resourceVersion", "managedFields"})
    member_of(rest, "metadata").erase(name);
  json::Object& status = member_of(rest, "status");
  const std::string etcd(etcd_of_cluster(rest));
  for (const std::string_view name : {"etcd", "extendedHealth"})
    status.erase(name);
  if (!etcd.empty()) status["etcd"] = etcd;
  json::Value* conditions = status.if_contains("conditions");
  if (conditions == nullptr || !conditions->is_array()) return rest;
  json::Array others;
  for (const json::Value& each : conditions->get_array()) {
    if (!api::text_at(each, {"type"}).starts_with("Etcd")) others.push_back(each);
  }
  *conditions = std::move(others);
  return rest;
}

bool tells_of_health_alone(const registry::ObjectEvent& event) {
  return event.kind->kind == kClusterType.kind && event.before && event.now &&
         without_health(*event.before) == without_health(*event.now);
}

// Then unknown objects may have become those of the cluster.
bool adopts_others(const registry::ObjectEvent& event) {
  return event.before && event.now &&
         identity_of_cluster(*event.before).adopts != identity_of_cluster(*event.now).adopts;
}

}  // namespace

// Tells the manager which keys a change concerns.
class Manager::Listener : public registry::Watcher {
 public:
  explicit Listener(Manager& manager) : manager_(manager) {}
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    if (concerns_everything(event->kind->kind) && says_something_new(*event)) {
      manager_.post_start_over();
    } else if (!concerns_nothing(event->kind->kind) && !tells_of_health_alone(*event)) {
      manager_.post(manager_.keys_of(*event), comes_back(*event) ? kGone : Duration::zero());
      const bool came_or_went = !event->before || !event->now;
      const std::string& kind = event->kind->kind;
      if (kind == kClusterType.kind && (came_or_went || adopts_others(*event)))
        manager_.post(manager_.secret_users_.keys(), kRecount);
      if (kind == kBackupType.kind && came_or_went) manager_.post(manager_.secret_users_.keys(), kRecountBackups);
    }
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override { manager_.post_start_over(); }

 private:
  Manager& manager_;
};

Manager::Manager(Parts parts, ManagerOptions options)
    : parts_(parts),
      options_(std::move(options)),
      leadership_(parts.registry.store(), parts.clock, options_.id, options_.lease_ttl),
      decider_(parts.clock),
      keeper_(parts.clock),
      clock_watch_(parts.clock),
      listener_(std::make_shared<Listener>(*this)),
      keeping_([this](const std::stop_token& stop) { lead(stop); }),
      deciding_([this](const std::stop_token& stop) { decide(stop); }) {}

Manager::~Manager() {
  deciding_.request_stop();
  keeping_.request_stop();
  deciding_.join();
  keeping_.join();
  if (watch_ != 0) parts_.hub.unwatch(watch_);
}

ManagerCounters Manager::counters() const {
  return {.looks = looks_, .failures = failures_, .waiting = waiting_, .rounds = rounds_};
}

void Manager::lead(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool before = leading_;
    leading_ = leadership_.renew();
    if (leading_ && !before) post_start_over();
    keeper_.wait(options_.lease_ttl / 3, stop);
  }
  leading_ = false;
  leadership_.give_up();
}

void Manager::post(const std::vector<WorkKey>& keys, Duration later) {
  if (keys.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const WorkKey& each : keys)
    inbox_.push_back({.key = each, .later = later});
  decider_.wake();
}

void Manager::post_start_over() {
  const std::lock_guard lock(mutex_);
  start_over_ = true;
  decider_.wake();
}

std::vector<WorkKey> Manager::keys_of(const registry::ObjectEvent& event) {
  const std::string& kind = event.kind->kind;
  if (kind == kLauncherType.kind)
    return {{.kind = WorkKey::Kind::launcher, .name_space = event.id.name_space, .name = event.id.name}};
  if (kind == "Seed") return {{.kind = WorkKey::Kind::seed, .name_space = event.id.name_space, .name = event.id.name}};
  if (kind == "Secret") return secret_users_.of(event.id);
  if (kind == "Cluster") return {{.kind = WorkKey::Kind::cluster, .name_space = "", .name = event.id.name}};
  const std::string_view place = kind == "Namespace" ? event.id.name : event.id.name_space;
  const std::string_view cluster = api::cluster_of_namespace(place);
  if (!cluster.empty()) return {{.kind = WorkKey::Kind::cluster, .name_space = "", .name = std::string(cluster)}};
  if (kind != "Operation") return {};
  const json::Value& object = event.now ? *event.now : *event.before;
  return {{.kind = WorkKey::Kind::seed,
           .name_space = event.id.name_space,
           .name = std::string(api::text_at(object, {"spec", "seed"}))}};
}

// Everything there is, and the changes from there on.
Status Manager::start_over() {
  HF_ASSIGN(const store::Revision now, parts_.registry.store().revision());
  if (watch_ != 0) parts_.hub.unwatch(watch_);
  watch_ = 0;
  const WallTime time = parts_.clock.now();
  HF_TRY(for_each(parts_.registry, kSeedType, "", [&](const json::Value& each) {
    queue_.add({.kind = WorkKey::Kind::seed,
                .name_space = std::string(namespace_of(each)),
                .name = std::string(name_of(each))},
               time);
  }));
  HF_TRY(for_each(parts_.registry, kLauncherType, "", [&](const json::Value& each) {
    queue_.add({.kind = WorkKey::Kind::launcher,
                .name_space = std::string(namespace_of(each)),
                .name = std::string(name_of(each))},
               time);
  }));
  const auto add_cluster = [&](std::string_view name) {
    if (!name.empty()) queue_.add({.kind = WorkKey::Kind::cluster, .name_space = "", .name = std::string(name)}, time);
  };
  HF_TRY(for_each(parts_.registry, kClusterType, "", [&](const json::Value& each) { add_cluster(name_of(each)); }));
  // Also those of clusters that are gone.
  HF_TRY(for_each(parts_.registry, kNamespaceType, "",
                  [&](const json::Value& each) { add_cluster(api::cluster_of_namespace(name_of(each))); }));
  auto watching = parts_.hub.watch({}, now, listener_);
  if (!watching) return tl::unexpected(error_of(watching.error()));
  watch_ = *watching;
  return {};
}

void Manager::rest() {
  if (watch_ != 0) parts_.hub.unwatch(watch_);
  watch_ = 0;
  queue_.clear();
  const std::lock_guard lock(mutex_);
  inbox_.clear();
}

void Manager::take_inbox() {
  std::vector<Posted> posted;
  bool anew = false;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(inbox_);
    anew = std::exchange(start_over_, false);
  }
  const WallTime now = parts_.clock.now();
  for (const auto& [key, later] : posted)
    queue_.add(key, now + std::max(later, options_.settle));
  if (!anew) return;
  if (const auto started = start_over(); !started) {
    log::event(log::Level::warning, "reconcile.start", {{"error", started.error().to_string()}});
    const std::lock_guard lock(mutex_);
    start_over_ = true;
  }
}

Result<Plan> Manager::plan_for(const WorkKey& key, Instant now) {
  if (key.kind == WorkKey::Kind::cluster) {
    HF_ASSIGN(const ClusterView view, load_cluster(parts_.registry, key.name));
    return reconcile_cluster(view, now);
  }
  if (key.kind == WorkKey::Kind::launcher) {
    HF_ASSIGN(const json::Value launcher,
              get_or_null(parts_.registry, kLauncherType, {.name_space = key.name_space, .name = key.name}));
    return launcher.is_null() ? Plan() : reconcile_launcher(launcher, now);
  }
  HF_ASSIGN(const auto view, load_seed(parts_.registry, {.name_space = key.name_space, .name = key.name}, now));
  std::set<registry::ObjectId> secrets;
  for (const auto& [destination, secret] : view ? view->secrets : decltype(view->secrets)())
    secrets.insert({.name_space = secret.name_space, .name = secret.name});
  const bool may_have_missed = secret_users_.set(key, secrets);
  Plan plan = view ? reconcile_seed(*view, now) : Plan();
  if (may_have_missed) plan.look_at(now);
  return plan;
}

Result<std::optional<Instant>> Manager::look_at(const WorkKey& key) {
  HF_ASSIGN(const Plan plan, plan_for(key, to_instant(parts_.clock.now())));
  HF_TRY(carry_out(plan, parts_.registry));
  return plan.look_again;
}

bool Manager::look_at_next() {
  const auto key = queue_.take(parts_.clock.now());
  if (!key) return false;
  ++looks_;
  const auto looked = look_at(*key);
  if (looked) {
    queue_.succeeded(*key);
    if (*looked) queue_.add(*key, to_wall_time(**looked));
    return true;
  }
  // Somebody changed something meanwhile: nothing is wrong.
  if (looked.error().code == Code::exists) {
    queue_.add(*key, parts_.clock.now() + options_.settle);
    return true;
  }
  ++failures_;
  log::event(log::Level::warning, "reconcile.failed",
             {{word_of(key->kind), key->name}, {"error", looked.error().to_string()}});
  queue_.put_back(*key, parts_.clock.now());
  return true;
}

void Manager::decide(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    ++rounds_;
    // The queue waits by the wall clock, as schedules do: when that is set, everything is looked at again.
    if (clock_watch_.was_set()) post_start_over();
    if (!leading_) {
      rest();
      decider_.wait(options_.longest_sleep, stop);
      continue;
    }
    take_inbox();
    const bool busy = look_at_next();
    waiting_ = queue_.size();
    if (busy) continue;
    const auto next = queue_.next();
    Duration sleep = options_.longest_sleep;
    if (next) sleep = std::clamp<Duration>(*next - parts_.clock.now(), Duration(1), sleep);
    decider_.wait(sleep, stop);
  }
}

}  // namespace holdfast::control
