#include "registry/watch_hub.h"

#include <utility>

#include <fmt/format.h>

#include "api/status.h"
#include "registry/codec.h"

namespace holdfast::registry {
namespace {

constexpr Duration kWait = std::chrono::seconds(10);
constexpr Duration kPause = std::chrono::seconds(1);  // between tries of a store that is away
constexpr std::size_t kBatch = 1000;

bool passes(const WatchFilter& filter, const ObjectEvent& event) {
  if (filter.kind != nullptr && filter.kind != event.kind) return false;
  return filter.name_space.empty() || filter.name_space == event.id.name_space;
}

// True when the watcher wants more.
bool tell(const WatchFilter& filter, Watcher& watcher, const std::shared_ptr<const ObjectEvent>& event) {
  if (!passes(filter, *event)) return true;
  const auto type = api::watch_transition(event->before ? &*event->before : nullptr,
                                          event->now ? &*event->now : nullptr, filter.selectors);
  return !type || watcher.on_event(*type, event);
}

api::ApiError too_old(store::Revision after, store::Revision now) {
  return api::expired(fmt::format("too old resource version: {} ({})", after, now));
}

void tell_observer(Watcher& observer, const std::shared_ptr<const ObjectEvent>& event) {
  const api::WatchEvent type = !event->now      ? api::WatchEvent::deleted
                               : !event->before ? api::WatchEvent::added
                                                : api::WatchEvent::modified;
  observer.on_event(type, event);
}

SharedObject decode(const api::Kind& kind, const std::optional<store::Entry>& entry, const RecentObjects* recent) {
  if (!entry) return std::nullopt;
  if (SharedObject known = recent == nullptr ? SharedObject() : recent->find(*entry)) return known;
  auto object = decode_entry(kind, *entry);
  if (!object) return std::nullopt;
  return std::move(*object);
}

}  // namespace

std::shared_ptr<const ObjectEvent> decode_event(const api::Kinds& kinds, const store::Event& event,
                                                RecentObjects* recent) {
  const auto parts = parse_key(event.key);
  if (!parts) return nullptr;
  const api::Kind* kind = nullptr;
  for (const api::Kind& each : kinds.all()) {
    if (each.group_version.group == parts->group && each.plural == parts->plural) kind = &each;
  }
  if (kind == nullptr) return nullptr;
  ObjectEvent decoded{.kind = kind,
                      .id = {.name_space = std::string(parts->name_space), .name = std::string(parts->name)},
                      .revision = event.revision,
                      .before = decode(*kind, event.previous, recent),
                      .now = decode(*kind, event.entry, nullptr)};
  if (recent != nullptr && decoded.now) recent->keep(*event.entry, decoded.now);
  if (recent != nullptr && !decoded.now) recent->forget(event.key);
  if (!decoded.before && !decoded.now) return nullptr;
  if (!decoded.now) decoded.before = with_revision(*decoded.before, event.revision);
  return std::make_shared<const ObjectEvent>(std::move(decoded));
}

WatchHub::WatchHub(store::Store& store, const api::Kinds& kinds, os::Clock& clock, store::Revision begin)
    : store_(store), kinds_(kinds), clock_(clock), through_(begin), thread_([this](const std::stop_token& stop) {
        follow(stop);
      }) {}

WatchHub::~WatchHub() = default;

Result<std::unique_ptr<WatchHub>> WatchHub::start(store::Store& store, const api::Kinds& kinds, os::Clock& clock) {
  HF_ASSIGN(const store::Revision begin, store.revision());
  return std::unique_ptr<WatchHub>(new WatchHub(store, kinds, clock, begin));
}

void WatchHub::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const store::EventRequest request{.prefix = std::string(kObjectPrefix), .after = through(), .limit = kBatch};
    auto events = store_.events(request, kWait, stop);
    if (stop.stop_requested()) return;
    if (!events || events->expired) {
      start_over(events ? nullptr : &events.error(), stop);
    } else {
      deliver(*events);
    }
  }
}

void WatchHub::deliver(const store::Events& events) {
  std::vector<std::shared_ptr<const ObjectEvent>> decoded;
  for (const store::Event& event : events.events) {
    if (auto each = decode_event(kinds_, event, &recent_)) decoded.push_back(std::move(each));
  }
  const std::lock_guard lock(mutex_);
  for (const auto& observer : observers_) {
    for (const auto& event : decoded)
      tell_observer(*observer, event);
  }
  for (auto at = subscriptions_.begin(); at != subscriptions_.end();) {
    bool wants_more = true;
    Subscription& each = at->second;
    for (const auto& event : decoded) {
      if (event->revision > each.after) wants_more = tell(each.filter, *each.watcher, event);
      if (!wants_more) break;
    }
    at = wants_more ? std::next(at) : subscriptions_.erase(at);
  }
  through_ = events.through;
}

// An error that passes is waited out: nothing is lost, the log is read on from where we were. After any other one, or
// when the log no longer reaches back, what happened meanwhile is not known, and every watcher has to look anew.
void WatchHub::start_over(const Error* error, const std::stop_token& stop) {
  if (error != nullptr && error->retryable) {
    clock_.sleep_for(kPause, stop);
    return;
  }
  const auto now = store_.revision();
  {
    const std::lock_guard lock(mutex_);
    end_all(error == nullptr ? too_old(through_, now.value_or(0)) : api::internal_error(*error));
    if (now) through_ = *now;
    for (const auto& observer : observers_)
      observer->on_progress(through_);
  }
  if (error != nullptr) clock_.sleep_for(kPause, stop);
}

void WatchHub::end_all(const api::ApiError& error) {
  for (const auto& observer : observers_)
    observer->on_end(error);
  for (const auto& [id, each] : subscriptions_)
    each.watcher->on_end(error);
  subscriptions_.clear();
}

store::Revision WatchHub::observe(std::shared_ptr<Watcher> observer) {
  const std::lock_guard lock(mutex_);
  observers_.push_back(std::move(observer));
  return through_;
}

// Tells what happened after `after` and up to `until`, and moves `after`.
api::ApiResult<void> WatchHub::replay(const WatchFilter& filter, store::Revision& after, store::Revision until,
                                      Watcher& watcher) {
  const std::string prefix =
      filter.kind == nullptr ? std::string(kObjectPrefix) : kind_prefix(*filter.kind, filter.name_space);
  while (after < until) {
    const store::EventRequest request{.prefix = prefix, .after = after, .limit = kBatch};
    auto events = store_.events(request, Duration::zero(), {});
    if (!events) return tl::unexpected(api::internal_error(events.error()));
    if (events->expired) return tl::unexpected(too_old(after, until));
    for (const store::Event& event : events->events) {
      if (event.revision > until) break;
      const auto decoded = decode_event(kinds_, event);
      if (decoded && !tell(filter, watcher, decoded)) return {};
    }
    after = std::min(std::max(events->through, after), until);
    if (events->events.empty()) after = until;
  }
  return {};
}

api::ApiResult<std::uint64_t> WatchHub::watch(const WatchFilter& filter, store::Revision after,
                                              std::shared_ptr<Watcher> watcher) {
  if (auto now = store_.revision(); now && after > *now) return tl::unexpected(too_old(after, *now));
  while (true) {
    const store::Revision until = through();
    if (after < until) {
      if (auto told = replay(filter, after, until, *watcher); !told) return tl::unexpected(std::move(told).error());
    }
    const std::lock_guard lock(mutex_);
    if (after < through_) continue;  // more came meanwhile
    const std::uint64_t id = next_id_++;
    subscriptions_.emplace(id, Subscription{.filter = filter, .watcher = std::move(watcher), .after = after});
    return id;
  }
}

void WatchHub::unwatch(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  subscriptions_.erase(id);
}

std::size_t WatchHub::watchers() const {
  const std::lock_guard lock(mutex_);
  return subscriptions_.size();
}

store::Revision WatchHub::through() const {
  const std::lock_guard lock(mutex_);
  return through_;
}

void WatchHub::announce_progress() {
  const std::lock_guard lock(mutex_);
  for (auto at = subscriptions_.begin(); at != subscriptions_.end();) {
    at = at->second.watcher->on_progress(through_) ? std::next(at) : subscriptions_.erase(at);
  }
}

}  // namespace holdfast::registry
