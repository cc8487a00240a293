#include "store/etcd/event_feed.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/log.h"

namespace holdfast::store {
namespace {

constexpr Duration kShortestPause = std::chrono::milliseconds(100);
constexpr Duration kLongestPause = std::chrono::seconds(3);
constexpr Duration kPatience = std::chrono::seconds(10);  // for watches that must end by themselves

// Stops what takes longer than it may.
class TimeLimit {
 public:
  TimeLimit(os::Clock& clock, Duration limit, const std::stop_token& stop)
      : forward_(stop, [source = stop_]() mutable { source.request_stop(); }),
        timer_([this, &clock, limit](const std::stop_token& done) {
          if (clock.sleep_for(limit, done)) stop_.request_stop();
        }) {}
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_;
  std::jthread timer_;
};

// A compaction can take away what was there before an event while the event is under way.
bool lacks_previous(const etcd::WatchEvent& event) {
  if (event.previous) return false;
  return event.kind == etcd::WatchEvent::Kind::remove || event.kv.version > 1;
}

// By key within a revision, as events are promised.
void sort_events(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return std::tie(left.revision, left.key) < std::tie(right.revision, right.key);
  });
}

// Collects the events of a watch of its own.
class History {
 public:
  History(const EventRequest& request, const KeySpace& keys, const Numbering::Offset& offset, std::int64_t until)
      : request_(request), keys_(keys), offset_(offset), until_(until) {
    found_.through = request.after;
  }

  // False: enough.
  bool take(const etcd::WatchBatch& batch) {
    if (batch.compact_revision != 0) return expire();
    std::int64_t last = 0;
    for (const etcd::WatchEvent& each : batch.events) {
      last = each.kv.mod_revision;
      auto event = keys_.event(each, offset_);
      if (!event || event->revision <= request_.after || !event->key.starts_with(request_.prefix)) continue;
      if (lacks_previous(each)) return expire();
      found_.events.push_back(std::move(*event));
    }
    if (last != 0) found_.through = std::max(found_.through, offset_.ours(last));
    return last < until_ && found_.events.size() < std::max<std::size_t>(request_.limit, 1);
  }

  // A message may hold more revisions than asked for.
  Events finish() {
    auto& events = found_.events;
    sort_events(events);
    const std::size_t limit = std::max<std::size_t>(request_.limit, 1);
    if (events.size() <= limit) return std::move(found_);
    const Revision last = events[limit - 1].revision;
    const auto end =
        std::find_if(events.begin(), events.end(), [last](const Event& event) { return event.revision > last; });
    if (end == events.end()) return std::move(found_);
    events.erase(end, events.end());
    found_.through = last;
    return std::move(found_);
  }

 private:
  bool expire() {
    found_ = {.events = {}, .through = request_.after, .expired = true};
    return false;
  }

  const EventRequest& request_;
  const KeySpace& keys_;
  const Numbering::Offset offset_;
  const std::int64_t until_;
  Events found_;
};

}  // namespace

Status EventFeed::start() {
  HF_TRY(begin());
  follower_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  return {};
}

// The tail begins with a change of our own: whoever reads history knows by it where to stop.
Status EventFeed::begin() {
  HF_TRY(numbering_.refresh());
  offset_ = numbering_.offset();
  HF_ASSIGN(const std::int64_t begin, client_.put({.key = keys_.own("begin"), .value = {}}));
  HF_ASSIGN(const Revision revision, numbering_.hand_out(offset_, begin));
  seen_ = begin;
  tail_.reset(revision);
  begun_ = true;
  return {};
}

void EventFeed::serve(const std::stop_token& stop) {
  Duration pause = kShortestPause;
  while (!stop.stop_requested()) {
    const std::int64_t before = seen_;
    const Status status = follow(stop);
    if (status || stop.stop_requested()) continue;
    log::event(log::Level::warning, "store watch lost", {{"error", status.error().to_string()}});
    pause = seen_ == before ? std::min(pause * 2, kLongestPause) : kShortestPause;
    clock_.sleep_for(pause, stop);
  }
}

// One watch, until its end. etcd may be another than before: first see what became of the numbers.
Status EventFeed::follow(const std::stop_token& stop) {
  HF_TRY(numbering_.refresh());
  if (!begun_ || numbering_.offset().text != offset_.text) HF_TRY(begin());
  Result<Next> next = Next::go_on;
  const auto on_batch = [&](const etcd::WatchBatch& batch) {
    next = take(batch);
    return next && *next == Next::go_on;
  };
  // From the last change seen on, not the one after it: a compaction exactly there must not go unnoticed.
  const Status ended =
      client_.watch({.key = keys_.all().first, .range_end = keys_.all().end, .start_revision = seen_, .previous = true},
                    on_batch, stop);
  HF_TRY(next);
  if (*next == Next::begin_anew) begun_ = false;
  return *next == Next::begin_anew ? Status() : ended;
}

Result<EventFeed::Next> EventFeed::take(const etcd::WatchBatch& batch) {
  if (batch.compact_revision != 0) return Next::begin_anew;
  std::vector<Event> events;
  std::int64_t last = seen_;
  for (const etcd::WatchEvent& each : batch.events) {
    if (each.kv.mod_revision <= seen_) continue;
    last = each.kv.mod_revision;
    if (each.kv.key == numbering_.key() && each.kv.value != offset_.text) return Next::begin_anew;
    auto event = keys_.event(each, offset_);
    if (!event) continue;
    if (lacks_previous(each)) return Next::begin_anew;
    events.push_back(std::move(*event));
  }
  if (last == seen_) return Next::go_on;
  sort_events(events);
  HF_ASSIGN(const Revision through, numbering_.hand_out(offset_, last));
  tail_.publish(std::move(events), through);
  seen_ = last;
  return Next::go_on;
}

Result<Events> EventFeed::read_history(const EventRequest& request, const std::stop_token& stop) {
  const Numbering::Offset offset = numbering_.offset();
  const std::int64_t after = offset.etcds(request.after);
  // The offset itself was reserved before it was raised, so it may have been given to somebody then.
  if (after < (offset.number > 0 ? 1 : 0)) return Events{.events = {}, .through = request.after, .expired = true};
  History history(request, keys_, offset, seen_);
  const TimeLimit limit(clock_, kPatience, stop);
  const Status ended = client_.watch(
      {.key = keys_.all().first,
       .range_end = keys_.all().end,
       .start_revision = std::max<std::int64_t>(after, 1),
       .previous = true},
      [&](const etcd::WatchBatch& batch) { return history.take(batch); }, limit.token());
  if (!ended && ended.error().code == Code::cancelled && !stop.stop_requested()) {
    return fail(Code::timeout, "etcd did not send its history within {}", format_duration(kPatience));
  }
  HF_TRY(ended);
  return history.finish();
}

// The key that holds the offset is always there, so a watch of it from the beginning is answered at once: with its last
// change, or with the revision up to which etcd forgot.
Result<Revision> EventFeed::oldest() {
  const Numbering::Offset offset = numbering_.offset();
  std::int64_t compacted = 0;
  const TimeLimit limit(clock_, kPatience, {});
  const auto look = [&](const etcd::WatchBatch& batch) {
    compacted = batch.compact_revision;
    return batch.events.empty() && compacted == 0;
  };
  const Status ended = client_.watch({.key = numbering_.key(), .start_revision = 1}, look, limit.token());
  if (!ended && ended.error().code == Code::cancelled)
    return fail(Code::timeout, "etcd did not answer a watch in time");
  HF_TRY(ended);
  return std::max<std::int64_t>(compacted, offset.number > 0 ? 1 : 0) + offset.number;
}

}  // namespace holdfast::store
