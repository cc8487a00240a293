#include "server/namespace_cleaner.h"

#include <utility>
#include <vector>

#include "base/log.h"

namespace holdfast::server {
namespace {

constexpr Duration kInCase = std::chrono::seconds(30);

const api::Kind& namespaces(const registry::Registry& registry) {
  return *registry.kinds().find("", "v1", "namespaces");
}

// Of one kind in one namespace; false when something is left.
api::ApiResult<bool> clean_kind(registry::Registry& registry, const api::Kind& kind, const std::string& name_space) {
  registry::ListQuery query;
  query.name_space = name_space;
  std::vector<registry::ObjectId> ids;
  auto listed = registry.list(kind, query, [&](const json::Value& object) { ids.push_back(registry::id_of(object)); });
  if (!listed) return tl::unexpected(std::move(listed).error());
  bool empty = true;
  for (const registry::ObjectId& id : ids) {
    auto deleted = registry.remove(kind, id, {});
    if (!deleted && deleted.error().code == 404) continue;
    if (!deleted) return tl::unexpected(std::move(deleted).error());
    empty = empty && deleted->removed;
  }
  return empty;
}

}  // namespace

api::ApiResult<bool> clean_namespace(registry::Registry& registry, const std::string& name) {
  bool empty = true;
  for (const api::Kind& kind : registry.kinds().all()) {
    if (!kind.namespaced) continue;
    auto cleaned = clean_kind(registry, kind, name);
    if (!cleaned) return cleaned;
    empty = empty && *cleaned;
  }
  if (!empty) return false;
  registry::DeleteOptions options;
  options.emptied = true;
  auto deleted = registry.remove(namespaces(registry), {.name_space = "", .name = name}, options);
  if (!deleted && deleted.error().code == 404) return true;
  if (!deleted) return tl::unexpected(std::move(deleted).error());
  return deleted->removed;
}

// Knows which namespaces are going, and wakes the thread when there may be something to do for one of them.
class NamespaceCleaner::Listener : public registry::Watcher {
 public:
  bool on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    const std::lock_guard lock(mutex_);
    if (registry::is_namespace(*event->kind)) {
      if (event->now && registry::is_being_deleted(*event->now)) add(event->id.name);
    } else if (type == api::WatchEvent::deleted && going_.contains(event->id.name_space)) {
      wake();
    }
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    wake();
  }

  void note(const std::string& name) {
    const std::lock_guard lock(mutex_);
    add(name);
  }
  void forget(const std::string& name) {
    const std::lock_guard lock(mutex_);
    going_.erase(name);
  }
  std::set<std::string> going() {
    const std::lock_guard lock(mutex_);
    return going_;
  }
  // Until woken or `wait` is over. True when the hub has let go of us.
  bool wait(os::Clock& clock, Duration wait, const std::stop_token& stop) {
    std::stop_source woken;
    {
      const std::lock_guard lock(mutex_);
      woken_ = woken;
      if (due_) woken.request_stop();
    }
    const std::stop_callback end(stop, [&] { woken.request_stop(); });
    clock.sleep_for(wait, woken.get_token());
    const std::lock_guard lock(mutex_);
    due_ = false;
    return std::exchange(ended_, false);
  }

 private:
  void add(const std::string& name) {
    if (going_.insert(name).second) wake();
  }
  void wake() {
    due_ = true;
    woken_.request_stop();
  }

  std::mutex mutex_;
  std::stop_source woken_;  // protected by mutex_, as what follows
  std::set<std::string> going_;
  bool due_ = false;
  bool ended_ = false;
};

NamespaceCleaner::NamespaceCleaner(registry::Registry& registry, registry::WatchHub& hub, os::Clock& clock)
    : registry_(registry),
      hub_(hub),
      clock_(clock),
      listener_(std::make_shared<Listener>()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

NamespaceCleaner::~NamespaceCleaner() = default;

void NamespaceCleaner::run(const std::stop_token& stop) {
  std::uint64_t id = 0;
  bool unheard = true;
  while (!stop.stop_requested()) {
    if (unheard) unheard = !listen(id);
    clean_all();
    unheard = listener_->wait(clock_, kInCase, stop) || unheard;
  }
  hub_.unwatch(id);
}

// From now on every change is heard of; what was before is looked up.
bool NamespaceCleaner::listen(std::uint64_t& id) {
  hub_.unwatch(std::exchange(id, 0));
  const auto watched = hub_.watch({}, hub_.through(), listener_);
  if (!watched) return false;
  id = *watched;
  const auto listed = registry_.list(namespaces(registry_), {}, [&](const json::Value& object) {
    if (registry::is_being_deleted(object)) listener_->note(registry::id_of(object).name);
  });
  return listed.has_value();
}

void NamespaceCleaner::clean_all() {
  for (const std::string& name : listener_->going()) {
    const auto cleaned = clean_namespace(registry_, name);
    if (cleaned && *cleaned) listener_->forget(name);
    if (!cleaned) {
      log::event(log::Level::warning, "namespace not emptied",
                 {{"namespace", name}, {"error", cleaned.error().message}});
    }
  }
}

}  // namespace holdfast::server
