// Operations that wait to be begun, and the bounds they wait for.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "work/claims.h"

#include "model/json.h"
#include "os/clock.h"
#include "registry/keys.h"

namespace holdfast::work {

// What one operation needs of what only so many may use at once.
struct Needs {
  std::string cluster;      // empty: no backup of a cluster
  std::string destination;  // "SEED/NAME"; empty: none
  bool backup = false;
};
Needs needs_of(const json::Value& operation);

// One thread at a time.
class WaitingList {
 public:
  struct Item {
    registry::ObjectId id;
    WallTime due;
    Needs needs;
  };
  // Adds or replaces it.
  void put(Item item);
  void remove(const registry::ObjectId& id);
  void clear();
  std::size_t size() const { return items_.size(); }

  // The item due longest whose needs are free, taken out.
  std::optional<Item> take(WallTime now);
  // When the next item will be due; items that wait for something to become free do not count.
  std::optional<WallTime> next(WallTime now) const;

  // So many backups, and so many other operations, may be at work in this server at once. Neither takes the other's
  // places. No bound unless set.
  void bound_at_once(std::size_t backups, std::size_t others) { at_once_ = {others, backups}; }
  // So many backups may be written to a destination at once, as far as this server goes.
  void bound(const std::string& destination, std::size_t most) { bounds_[destination] = most; }
  void begin(const Needs& needs);
  void end(const Needs& needs);

 private:
  using Order = std::set<std::pair<WallTime, registry::ObjectId>>;
  bool is_free(const Needs& needs) const;
  // Of the items of one sort; null: none is due and free.
  const Item* first_free(std::size_t sort, WallTime now) const;

  std::map<registry::ObjectId, Item> items_;
  // By sort: other operations, backups.
  std::array<Order, 2> orders_;
  std::array<std::size_t, 2> at_once_{std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max()};
  std::array<std::size_t, 2> at_work_{};
  std::map<std::string, std::size_t> bounds_;
  std::map<std::string, std::size_t> used_;  // destinations
  std::set<std::string> busy_;               // clusters
};

}  // namespace holdfast::work
