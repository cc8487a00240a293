#include "server/stream_guard.h"

#include <algorithm>
#include <utility>

namespace holdfast::server {
namespace {

// Between judgement and add() lie microseconds; who was judged longer ago than so many changes is judged again.
constexpr std::size_t kMostRecent = 1000;

}  // namespace

std::shared_ptr<StreamGuard> StreamGuard::start(registry::WatchHub& hub) {
  auto guard = std::make_shared<StreamGuard>();
  const store::Revision after = hub.observe(guard);
  const std::lock_guard lock(guard->mutex_);
  guard->complete_after_ = std::max(guard->complete_after_, after);
  return guard;
}

bool StreamGuard::has_changed(const AccessBasis& basis, store::Revision judged) const {
  if (incomplete_ || judged < complete_after_) return true;
  return std::any_of(recent_.begin(), recent_.end(),
                     [&](const auto& event) { return event->revision > judged && takes_away(basis, *event); });
}

void StreamGuard::add(const std::shared_ptr<Guarded>& stream, AccessBasis basis, store::Revision judged) {
  const std::lock_guard lock(mutex_);
  if (has_changed(basis, judged)) return stream->revoke();
  watched_.push_back({.stream = stream, .basis = std::move(basis), .judged = judged});
}

void StreamGuard::end_if(const std::function<bool(const Watched&)>& ends) {
  const auto is_over = [&](const Watched& each) {
    const auto stream = each.stream.lock();
    if (!stream || stream->over()) return true;
    if (!ends(each)) return false;
    stream->revoke();
    return true;
  };
  watched_.erase(std::remove_if(watched_.begin(), watched_.end(), is_over), watched_.end());
}

void StreamGuard::expire(WallTime now) {
  const std::lock_guard lock(mutex_);
  end_if([&](const Watched& each) {
    const auto end = end_of(each.basis);
    return end && *end <= now;
  });
}

std::size_t StreamGuard::watched() const {
  const std::lock_guard lock(mutex_);
  return watched_.size();
}

bool StreamGuard::on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>& event) {
  if (!concerns_access(*event)) return true;
  const std::lock_guard lock(mutex_);
  recent_.push_back(event);
  if (recent_.size() > kMostRecent) {
    complete_after_ = recent_.front()->revision;
    recent_.pop_front();
  }
  end_if([&](const Watched& each) { return event->revision > each.judged && takes_away(each.basis, *event); });
  return true;
}

bool StreamGuard::on_progress(store::Revision through) {
  const std::lock_guard lock(mutex_);
  incomplete_ = false;
  complete_after_ = std::max(complete_after_, through);
  return true;
}

// What changed is not known: everybody is judged anew.
void StreamGuard::on_end(const api::ApiError&) {
  const std::lock_guard lock(mutex_);
  end_if([](const Watched&) { return true; });
  recent_.clear();
  incomplete_ = true;
}

}  // namespace holdfast::server
