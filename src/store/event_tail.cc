#include "store/event_tail.h"

#include <algorithm>

namespace holdfast::store {
namespace {

std::size_t weight(const Event& event) {
  std::size_t bytes = sizeof(Event) + event.key.size();
  if (event.entry) bytes += event.entry->key.size() + event.entry->value.size();
  if (event.previous) bytes += event.previous->key.size() + event.previous->value.size();
  return bytes;
}

}  // namespace

void EventTail::reset(Revision revision) {
  const std::lock_guard lock(mutex_);
  events_.clear();
  bytes_ = 0;
  start_ = through_ = revision;
  for (Waiter& waiter : waiters_)
    waiter.woken.request_stop();
}

void EventTail::publish(std::vector<Event> events, Revision through) {
  const std::lock_guard lock(mutex_);
  through_ = std::max(through_, through);
  for (Event& event : events) {
    bytes_ += weight(event);
    events_.push_back(std::move(event));
  }
  wake_due();
  trim();
}

void EventTail::forget(Revision revision) {
  const std::lock_guard lock(mutex_);
  const auto end = first_after(revision);
  for (auto it = events_.cbegin(); it != end; ++it)
    bytes_ -= weight(*it);
  events_.erase(events_.cbegin(), end);
  start_ = std::max(start_, revision);
  through_ = std::max(through_, start_);
}

// Keeps at least one event: whoever reads older ones elsewhere knows by it where to stop.
void EventTail::trim() {
  while (events_.size() > 1 && (events_.size() > limits_.events || bytes_ > limits_.bytes) &&
         events_.front().revision != events_.back().revision) {
    start_ = events_.front().revision;
    while (events_.front().revision == start_) {
      bytes_ -= weight(events_.front());
      events_.pop_front();
    }
  }
}

Revision EventTail::start() const {
  const std::lock_guard lock(mutex_);
  return start_;
}

Revision EventTail::through() const {
  const std::lock_guard lock(mutex_);
  return through_;
}

Revision EventTail::first_event() const {
  const std::lock_guard lock(mutex_);
  return events_.empty() ? 0 : events_.front().revision;
}

std::deque<Event>::const_iterator EventTail::first_after(Revision revision) const {
  return std::upper_bound(events_.begin(), events_.end(), revision,
                          [](Revision value, const Event& event) { return value < event.revision; });
}

std::optional<Events> EventTail::read(const EventRequest& request) const {
  const std::lock_guard lock(mutex_);
  if (request.after < start_ || request.after > through_) return std::nullopt;
  Events found{.events = {}, .through = through_};
  for (auto it = first_after(request.after); it != events_.end(); ++it) {
    if (!it->key.starts_with(request.prefix)) continue;
    const bool full = found.events.size() >= std::max<std::size_t>(request.limit, 1);
    if (full && it->revision != found.events.back().revision) {
      found.through = found.events.back().revision;
      break;
    }
    found.events.push_back(*it);
  }
  return found;
}

bool EventTail::has_event(const std::string& prefix, Revision after) const {
  return std::any_of(first_after(after), events_.end(),
                     [&](const Event& event) { return event.key.starts_with(prefix); });
}

bool EventTail::is_due(const Waiter& waiter) const {
  if (waiter.prefix == nullptr) return through_ >= waiter.after;
  return has_event(*waiter.prefix, waiter.after);
}

void EventTail::wake_due() {
  for (Waiter& waiter : waiters_) {
    if (!waiter.woken.stop_requested() && is_due(waiter)) waiter.woken.request_stop();
  }
}

bool EventTail::wait_for_event(const std::string& prefix, Revision after, Duration wait, const std::stop_token& stop) {
  return wait_as({.prefix = &prefix, .after = after, .woken = {}}, wait, stop);
}

bool EventTail::wait_through(Revision revision, Duration wait, const std::stop_token& stop) {
  return wait_as({.prefix = nullptr, .after = revision, .woken = {}}, wait, stop);
}

// The clock's sleep is what can end early: whoever publishes stops the sleeps of those concerned.
bool EventTail::wait_as(Waiter waiter, Duration wait, const std::stop_token& stop) {
  const std::stop_callback forward(stop, [woken = waiter.woken]() mutable { woken.request_stop(); });
  std::list<Waiter>::iterator place;
  std::stop_token token = waiter.woken.get_token();
  {
    const std::lock_guard lock(mutex_);
    if (is_due(waiter)) return !stop.stop_requested();
    place = waiters_.insert(waiters_.end(), std::move(waiter));
  }
  clock_.sleep_for(wait, token);
  const std::lock_guard lock(mutex_);
  waiters_.erase(place);
  return !stop.stop_requested();
}

}  // namespace holdfast::store
