// When which event is to be forgotten.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "control/instant.h"
#include "registry/keys.h"

namespace holdfast::control {

// One thread at a time.
class Expiries {
 public:
  void put(const registry::ObjectId& id, Instant when);
  void remove(const registry::ObjectId& id);
  void clear();
  std::size_t size() const { return times_.size(); }
  // At most `most`, those due longest first; taken out.
  std::vector<registry::ObjectId> take(Instant now, std::size_t most);
  std::optional<Instant> next() const;

 private:
  std::map<registry::ObjectId, Instant> times_;
  std::set<std::pair<Instant, registry::ObjectId>> order_;
};

}  // namespace holdfast::control
