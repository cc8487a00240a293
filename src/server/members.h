// All Members in memory, so that a request need not read them all: with thousands of members that would be most of its
// cost.
//
// An answer is never older than the store: each time the store is asked for its revision and for what happened to
// Members since the last time, which it has in memory; when it cannot tell up to that revision, they are read anew.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "server/access.h"
#include "server/user.h"

#include "api/status.h"
#include "os/clock.h"
#include "registry/registry.h"

namespace holdfast::server {

// Safe for any thread. Registry and clock outlive it.
class Members {
 public:
  Members(registry::Registry& registry, os::Clock& clock);

  // What the Members say of the user. Errors are those of the store.
  api::ApiResult<Standing> of(const User& user);

 private:
  struct Given {
    std::string user;  // either this
    std::string group;
    std::string project;
    std::string role;
  };

  // Brings what is known to `revision` or later. False: it could not be told what happened.
  Result<bool> catch_up(store::Revision revision);
  Result<bool> take_events(store::Revision revision);  // one try; true when it is reached. mutex_ is held
  api::ApiResult<void> read_all();                     // mutex_ is held, as for all below
  void put(const json::Value& member);
  void take_out(const std::string& name);
  Standing look_up(const User& user) const;

  registry::Registry& registry_;
  os::Clock& clock_;
  const api::Kind& kind_;

  std::mutex mutex_;
  bool known_ = false;           // protected by mutex_, as what follows
  store::Revision through_ = 0;  // what is known is the state after this revision
  std::map<std::string, Given, std::less<>> members_;
  std::map<std::string, std::set<std::string>, std::less<>> by_user_;  // names of members
  std::map<std::string, std::set<std::string>, std::less<>> by_group_;
};

}  // namespace holdfast::server
