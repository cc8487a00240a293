#include "control/events/recorder.h"

#include <algorithm>

#include "base/log.h"
#include "control/events/event_object.h"
#include "control/events/what_happened.h"
#include "control/manager/views.h"

namespace holdfast::control {
namespace {

constexpr std::size_t kSweepAtOnce = 500;

registry::WriteOptions write_options() {
  registry::WriteOptions options;
  options.manager = "holdfast-events";
  options.by_server = true;
  return options;
}

}  // namespace

// Sees every change of every resource, on the hub's thread.
class Recorder::Listener : public registry::Watcher {
 public:
  explicit Listener(Recorder& recorder) : recorder_(recorder) {}
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) override {
    if (event->kind->kind == kEventType.kind) {
      recorder_.note(event->id, event->now ? std::optional(last_time(*event->now)) : std::nullopt);
    } else {
      recorder_.post(what_happened(*event));
    }
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override { recorder_.start_over(); }

 private:
  Recorder& recorder_;
};

Recorder::Recorder(Parts parts, RecorderOptions options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      waker_(parts_.clock),
      listener_(std::make_shared<Listener>(*this)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Recorder::~Recorder() {
  thread_ = {};
  if (watch_ != 0) parts_.hub.unwatch(watch_);
}

RecorderCounters Recorder::counters() const {
  const std::lock_guard lock(mutex_);
  RecorderCounters counters = counters_;
  counters.waiting = queue_.size();
  return counters;
}

void Recorder::tell(Happening happening) {
  {
    const std::lock_guard lock(mutex_);
    if (!leading_) return;
  }
  std::vector<Happening> one;
  one.push_back(std::move(happening));
  post(std::move(one));
}

void Recorder::post(std::vector<Happening> happenings) {
  if (happenings.empty()) return;
  const std::lock_guard lock(mutex_);
  for (Happening& each : happenings) {
    if (queue_.size() >= options_.most_waiting) {
      ++counters_.dropped;
    } else {
      queue_.push_back(std::move(each));
    }
  }
  waker_.wake();
}

void Recorder::note(const registry::ObjectId& id, std::optional<Instant> last) {
  const std::lock_guard lock(mutex_);
  notes_.insert_or_assign(id, last);
}

void Recorder::start_over() {
  const std::lock_guard lock(mutex_);
  start_over_ = true;
  waker_.wake();
}

// What is there, and the changes from there on. False when the store is away.
bool Recorder::listen() {
  if (watch_ != 0) parts_.hub.unwatch(watch_);
  watch_ = 0;
  expiries_.clear();
  const auto now = parts_.registry.store().revision();
  if (!now) return false;
  const auto ttl = std::chrono::duration_cast<Seconds>(options_.ttl);
  const auto listed = parts_.registry.list(kind_of(parts_.registry, kEventType), {}, [&](const json::Value& each) {
    expiries_.put(registry::id_of(each), last_time(each) + ttl);
  });
  if (!listed) return false;
  const auto watching = parts_.hub.watch({}, *now, listener_);
  if (!watching) return false;
  watch_ = *watching;
  const std::lock_guard lock(mutex_);
  counters_.listening = true;
  return true;
}

void Recorder::rest() {
  if (watch_ != 0) parts_.hub.unwatch(watch_);
  watch_ = 0;
  expiries_.clear();
  const std::lock_guard lock(mutex_);
  queue_.clear();
  notes_.clear();
  counters_.listening = false;
}

void Recorder::take_news() {
  std::map<registry::ObjectId, std::optional<Instant>> notes;
  {
    const std::lock_guard lock(mutex_);
    notes.swap(notes_);
  }
  const auto ttl = std::chrono::duration_cast<Seconds>(options_.ttl);
  for (const auto& [id, last] : notes) {
    if (last) expiries_.put(id, *last + ttl);
    if (!last) expiries_.remove(id);
  }
  const std::lock_guard lock(mutex_);
  counters_.kept = expiries_.size();
}

// kubectl finds the events of a resource by its uid. False when the resource is gone.
bool Recorder::fill_uid(Happening& happening) {
  if (!happening.uid.empty()) return true;
  const auto found = parts_.registry.get(kind_of(parts_.registry, happening.type), happening.about);
  if (!found) return false;
  happening.uid = uid_of(*found);
  return true;
}

void Recorder::write(Happening happening) {
  const auto verdict = correlator_.judge(happening, parts_.clock.steady());
  if (!verdict) {
    const std::lock_guard lock(mutex_);
    ++counters_.dropped;
    return;
  }
  const Instant now = to_instant(parts_.clock.now());
  const auto ttl = std::chrono::duration_cast<Seconds>(options_.ttl);
  const api::Kind& kind = kind_of(parts_.registry, kEventType);
  const registry::ObjectId id{.name_space = event_namespace(happening), .name = event_name(happening, verdict->key)};
  const auto count = [&](const json::Value& before) -> api::ApiResult<json::Value> {
    return counted(before, *verdict, now, ttl);
  };
  auto written = parts_.registry.update(kind, id, count, write_options());
  if (!written && written.error().code == 404) {
    written = parts_.registry.create(kind, id.name_space, new_event(happening, *verdict, options_.instance, now),
                                     write_options());
  }
  const std::lock_guard lock(mutex_);
  ++(written ? counters_.written : counters_.failed);
  if (!written) log::event(log::Level::debug, "event.write", {{"event", id.name}, {"error", written.error().message}});
}

// False when nothing waits.
bool Recorder::write_next() {
  Happening next;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return false;
    next = std::move(queue_.front());
    queue_.pop_front();
  }
  if (fill_uid(next)) write(std::move(next));
  return true;
}

// True when there is more to do at once.
bool Recorder::sweep() {
  const os::SteadyTime steady = parts_.clock.steady();
  if (swept_ && steady - *swept_ < options_.sweep_every) return false;
  swept_ = steady;
  const Instant now = to_instant(parts_.clock.now());
  const api::Kind& kind = kind_of(parts_.registry, kEventType);
  const std::vector<registry::ObjectId> due = expiries_.take(now, kSweepAtOnce);
  for (const registry::ObjectId& id : due) {
    const auto found = parts_.registry.get(kind, id);
    if (!found) continue;
    registry::DeleteOptions options;
    options.resource_version = api::text_at(*found, {"metadata", "resourceVersion"});
    const auto removed = parts_.registry.remove(kind, id, options);
    // Somebody counted on it just now, or the store is away: the next sweep will see.
    if (!removed) expiries_.put(id, now + std::chrono::duration_cast<Seconds>(options_.sweep_every));
    const std::lock_guard lock(mutex_);
    if (removed) ++counters_.expired;
  }
  if (due.size() < kSweepAtOnce) return false;
  swept_.reset();
  return true;
}

void Recorder::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool leads = parts_.leads();
    bool anew = false;
    {
      const std::lock_guard lock(mutex_);
      leading_ = leads;
      anew = std::exchange(start_over_, false);
    }
    if (!leads) rest();
    if (leads && (anew || watch_ == 0) && !listen()) start_over();
    if (leads) {
      take_news();
      const bool sweeps = sweep();
      if (write_next() || sweeps) {
        parts_.clock.sleep_for(options_.pause, stop);
        continue;
      }
    }
    waker_.wait(options_.look_every, stop);
  }
}

}  // namespace holdfast::control
