// Tells watchers what changes. One thread follows the store and renders each change once per form; a watcher is a few
// bytes and a function, not a thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "api/kind.h"
#include "api/select/watch_transition.h"
#include "base/result.h"
#include "model/json.h"
#include "os/clock.h"
#include "registry/keys.h"
#include "registry/recent_objects.h"
#include "store/store.h"

namespace holdfast::registry {

// One change of one object, decoded; shared by all who look at it. Secret values are hidden.
struct ObjectEvent {
  const api::Kind* kind = nullptr;
  ObjectId id;
  store::Revision revision = 0;
  SharedObject before;  // absent: it was made
  SharedObject now;     // absent: it was removed; then `before` carries the revision of the removal
};

struct WatchFilter {
  const api::Kind* kind = nullptr;  // null: every kind
  std::string name_space;           // empty: all
  api::Selectors selectors;
};

// What a watcher is told. Called on the hub's thread, or on that of watch(), never twice at once, in the order of
// revisions; must not block and must not call the hub.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // False: no more.
  virtual bool on_event(api::WatchEvent type, const std::shared_ptr<const ObjectEvent>& event) = 0;
  // There is nothing for this watcher up to here; now and then, so that clients know where to go on.
  virtual bool on_progress(store::Revision through) = 0;
  // The watch is over: an error of the store, or the history it would need is gone.
  virtual void on_end(const api::ApiError& error) = 0;
};

// Decodes the events of the store. Nothing for keys that are no objects of a known kind. `recent`: or null.
std::shared_ptr<const ObjectEvent> decode_event(const api::Kinds& kinds, const store::Event& event,
                                                RecentObjects* recent = nullptr);

class WatchHub {
 public:
  // Starts the thread. Store, kinds and clock outlive the hub.
  static Result<std::unique_ptr<WatchHub>> start(store::Store& store, const api::Kinds& kinds, os::Clock& clock);
  ~WatchHub();

  // Tells `watcher` every change after `after` that passes the filter, first those that are past already (on this
  // thread), then as they come. The hub keeps the watcher until it returns false or unwatch(). 410 when the history no
  // longer reaches back to `after` or was never there.
  api::ApiResult<std::uint64_t> watch(const WatchFilter& filter, store::Revision after,
                                      std::shared_ptr<Watcher> watcher);
  // After it returned the watcher is not called any more.
  void unwatch(std::uint64_t id);

  // Tells `observer` every change of every kind from now on, before any watcher hears of the changes that were read
  // with it; for those who judge watchers. It is kept as long as the hub. After on_end() changes may be missing;
  // on_progress() then says from where on there are none again. Returns the revision after which it is told.
  store::Revision observe(std::shared_ptr<Watcher> observer);

  std::size_t watchers() const;  // without observers
  store::Revision through() const;
  // Sends on_progress to everybody; for bookmarks.
  void announce_progress();

 private:
  struct Subscription {
    WatchFilter filter;
    std::shared_ptr<Watcher> watcher;
    store::Revision after = 0;  // events up to here were told or are not wanted
  };

  WatchHub(store::Store& store, const api::Kinds& kinds, os::Clock& clock, store::Revision begin);
  void follow(const std::stop_token& stop);
  void deliver(const store::Events& events);
  void end_all(const api::ApiError& error);  // mutex_ is held
  void start_over(const Error* error, const std::stop_token& stop);
  api::ApiResult<void> replay(const WatchFilter& filter, store::Revision& after, store::Revision until,
                              Watcher& watcher);

  store::Store& store_;
  const api::Kinds& kinds_;
  os::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::uint64_t, Subscription> subscriptions_;  // protected by mutex_, as what follows
  std::vector<std::shared_ptr<Watcher>> observers_;
  std::uint64_t next_id_ = 1;
  store::Revision through_;
  RecentObjects recent_;  // of the thread alone
  std::jthread thread_;   // last: it uses everything above
};

}  // namespace holdfast::registry
