// All Members in memory, kept up to date by the hub, so that a request need not read them all: with thousands of
// members that would be most of its cost.
//
// An answer is never older than the store: it is asked for its revision first, and what the hub has not told up to
// there is read from the store itself.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "server/access.h"
#include "server/user.h"

#include "api/status.h"
#include "os/clock.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

// Safe for any thread.
class Members : public registry::Watcher {
 public:
  // Made and known to the hub. Registry, hub and clock outlive it.
  static std::shared_ptr<Members> start(registry::Registry& registry, registry::WatchHub& hub, os::Clock& clock);

  // What the Members say of the user. Errors are those of the store.
  api::ApiResult<Standing> of(const User& user);

  bool on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) override;
  bool on_progress(store::Revision through) override;
  void on_end(const api::ApiError& error) override;

 private:
  struct Given {
    std::string user;  // either this
    std::string group;
    std::string project;
    std::string role;
  };
  enum class State { unknown, loading, known };

  Members(registry::Registry& registry, registry::WatchHub& hub, os::Clock& clock)
      : registry_(registry), hub_(hub), clock_(clock) {}

  bool wait_for(store::Revision revision);
  // From the store; remembers what it read when nobody else is about to.
  api::ApiResult<Standing> read(const User& user);
  void put(const json::Value& member);       // mutex_ is held
  void take_out(const std::string& name);    // mutex_ is held
  void apply(const registry::ObjectEvent&);  // mutex_ is held
  Standing look_up(const User& user) const;  // mutex_ is held

  registry::Registry& registry_;
  registry::WatchHub& hub_;
  os::Clock& clock_;

  mutable std::mutex mutex_;
  State state_ = State::unknown;                                         // protected by mutex_, as what follows
  store::Revision read_at_ = 0;                                          // of the store, by the last load
  std::vector<std::shared_ptr<const registry::ObjectEvent>> meanwhile_;  // told during a load
  std::map<std::string, Given, std::less<>> members_;
  std::map<std::string, std::set<std::string>, std::less<>> by_user_;  // names of members
  std::map<std::string, std::set<std::string>, std::less<>> by_group_;
};

}  // namespace holdfast::server
