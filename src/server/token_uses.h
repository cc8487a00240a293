// When each Token was last used, to the minute, in its status.
#pragma once

#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/units.h"
#include "os/clock.h"
#include "registry/registry.h"

namespace holdfast::server {

// Requests only note the name; a thread writes at most once a minute per Token. Safe for any thread. Registry and clock
// outlive it.
class TokenUses {
 public:
  TokenUses(registry::Registry& registry, os::Clock& clock);
  ~TokenUses();

  void note(const std::string& token);

  // Writes what was noted: what the thread does every few seconds. When it returns, what was due is written, whoever
  // did it. Tokens that are gone are passed over.
  void write();

 private:
  void run(const std::stop_token& stop);
  void write_one(const std::string& token, WallTime used);

  registry::Registry& registry_;
  os::Clock& clock_;
  std::mutex writing_;                                // one writes at a time
  std::mutex mutex_;                                  // protects what follows
  std::map<std::string, WallTime> noted_;             // not written yet
  std::map<std::string, os::SteadyTime> written_at_;  // of those used in the last minute
  std::jthread thread_;                               // last: it uses everything above
};

}  // namespace holdfast::server
