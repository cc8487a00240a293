// Which cluster's etcd is asked next.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "os/clock.h"

namespace holdfast::work {

struct AgendaOptions {
  Duration every = std::chrono::seconds(30);
  // Endpoints are asked at least so far apart on average, so with many clusters each has its turn less often; a few may
  // be asked at once. One costs 1 ms of processor time, 2.5 ms with TLS: that makes 1 to 2.5 % of a core.
  Duration apart = std::chrono::milliseconds(100);
  int at_once = 10;
  Duration longest_back_off = std::chrono::minutes(5);
};

// Clusters that did not answer the last time have a lane of their own: waiting for them holds up nobody else. One
// thread at a time.
class Agenda {
 public:
  enum class Lane { prompt, slow };

  explicit Agenda(AgendaOptions options) : options_(options) {}

  // A new one, or one about which something changed: it is due at once. So many endpoints are asked about it.
  void put(const std::string& cluster, std::size_t endpoints, os::SteadyTime now);
  // One that is here is due at once.
  void hurry(const std::string& cluster, os::SteadyTime now);
  void remove(const std::string& cluster);
  void clear();
  std::size_t size() const { return entries_.size(); }

  // The one of this lane that is due longest; nothing when none is due or the last look has only just begun. It is not
  // given again before done().
  std::optional<std::string> take(Lane lane, os::SteadyTime now);
  // `answered`: some endpoint did. Otherwise it is asked after 30 s, 1 min, 2 min … up to the longest back-off. The
  // first two looks at a cluster are nearer to each other, by its name, so that clusters that came together are spread.
  void done(const std::string& cluster, bool answered, os::SteadyTime now);

  // How often each has its turn.
  Duration interval() const;

 private:
  struct Entry {
    os::SteadyTime due;
    std::size_t endpoints = 0;
    unsigned failures = 0;
    bool busy = false;
    bool again = false;  // something changed while it was asked
    bool spread = false;
  };
  using Order = std::set<std::pair<os::SteadyTime, std::string>>;
  Order& order_of(const Entry& entry) { return entry.failures == 0 ? prompt_ : slow_; }
  void plan(const std::string& cluster, Entry& entry, os::SteadyTime due);

  const AgendaOptions options_;
  std::map<std::string, Entry> entries_;
  Order prompt_;  // of entries that are not busy, as the next
  Order slow_;
  std::size_t endpoints_ = 0;  // of all entries
  std::optional<os::SteadyTime> next_look_;
};

}  // namespace holdfast::work
