// What is to be looked at, and when: each key once, however often it is asked for.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "os/clock.h"

namespace holdfast::control {

struct WorkKey {
  enum class Kind { cluster, seed, launcher } kind = Kind::cluster;
  std::string name_space;  // of a Seed or a Launcher
  std::string name;
  friend auto operator<=>(const WorkKey&, const WorkKey&) = default;
};

// One thread at a time. Times are those of the wall clock, as slots are.
class WorkQueue {
 public:
  // Not later than `when`.
  void add(const WorkKey& key, WallTime when);
  // The key that is due longest, taken out; nothing when none is due.
  std::optional<WorkKey> take(WallTime now);
  std::optional<WallTime> next() const;
  std::size_t size() const { return times_.size(); }
  void clear();

  // After a failure: it is due again after 1 s, 2 s, 4 s … up to 5 minutes.
  void put_back(const WorkKey& key, WallTime now);
  void succeeded(const WorkKey& key) { failures_.erase(key); }

 private:
  std::map<WorkKey, WallTime> times_;
  std::set<std::pair<WallTime, WorkKey>> order_;
  std::map<WorkKey, unsigned> failures_;
};

}  // namespace holdfast::control
