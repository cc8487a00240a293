// Ends watches whose client may no longer see what they show: the token is revoked or has expired, a Member was removed
// or changed, the cluster went to another project.
//
// A watch is judged when it begins. The guard hears of each change before the watches do, so that nothing that happened
// after the change is told to somebody who was shut out by it. Such a watch just ends; the client begins anew and is
// judged by what holds then.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "server/access_basis.h"

#include "registry/watch_hub.h"

namespace holdfast::server {

// What is watched over.
class Guarded {
 public:
  virtual ~Guarded() = default;
  // Ends it. On the hub's thread or that of expire(); must not block, nor call guard or hub.
  virtual void revoke() = 0;
  virtual bool over() const = 0;  // ended, whoever did it
};

// Safe for any thread.
class StreamGuard : public registry::Watcher {
 public:
  // Made and known to the hub. It lives as long as the hub or a caller does.
  static std::shared_ptr<StreamGuard> start(registry::WatchHub& hub);

  // Watches over `stream`, that was allowed by what the store held at `judged` or later. Ends it at once when that has
  // changed meanwhile.
  void add(const std::shared_ptr<Guarded>& stream, AccessBasis basis, store::Revision judged);
  // Ends those whose token has expired, and forgets those that are over.
  void expire(WallTime now);

  std::size_t watched() const;

  bool on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) override;
  bool on_progress(store::Revision through) override;
  void on_end(const api::ApiError& error) override;

 private:
  struct Watched {
    std::weak_ptr<Guarded> stream;
    AccessBasis basis;
    store::Revision judged = 0;
  };
  // Of those that `ends` says so of; the rest stays. mutex_ is held.
  void end_if(const std::function<bool(const Watched&)>& ends);
  bool has_changed(const AccessBasis& basis, store::Revision judged) const;  // mutex_ is held

  mutable std::mutex mutex_;
  std::vector<Watched> watched_;  // protected by mutex_, as what follows
  std::deque<std::shared_ptr<const registry::ObjectEvent>> recent_;
  store::Revision complete_after_ = 0;  // recent_ has every change after this revision that was told
  bool incomplete_ = false;             // changes are missing, and how far is not known yet
};

}  // namespace holdfast::server
