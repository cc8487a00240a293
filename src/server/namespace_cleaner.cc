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

// Wakes the thread when there may be something to do.
class NamespaceCleaner::Listener : public registry::Watcher {
 public:
  bool on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    const bool removed = type == api::WatchEvent::deleted;
    const bool going = registry::is_namespace(*event->kind) && event->now && registry::is_being_deleted(*event->now);
    if (removed || going) wake();
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    due_ = true;
    changed_.notify_all();
  }
  // Until woken or `wait` is over. True when the hub has let go of us.
  bool wait(Duration wait, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, wait, [&] { return due_; });
    due_ = false;
    return std::exchange(ended_, false);
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool due_ = false;  // protected by mutex_
  bool ended_ = true;
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
    if (unheard) {
      if (auto watched = hub_.watch({}, hub_.through(), listener_)) id = *watched;
    }
    clean_all();
    unheard = listener_->wait(kInCase, stop);
  }
  hub_.unwatch(id);
}

void NamespaceCleaner::clean_all() {
  std::vector<std::string> going;
  const auto listed = registry_.list(namespaces(registry_), {}, [&](const json::Value& object) {
    if (registry::is_being_deleted(object)) going.push_back(registry::id_of(object).name);
  });
  for (const std::string& name : going) {
    const auto cleaned = clean_namespace(registry_, name);
    if (!cleaned)
      log::event(log::Level::warning, "namespace not emptied",
                 {{"namespace", name}, {"error", cleaned.error().message}});
  }
}

}  // namespace holdfast::server
