#include "control/events/expiries.h"

namespace holdfast::control {

void Expiries::put(const registry::ObjectId& id, Instant when) {
  remove(id);
  times_.emplace(id, when);
  order_.emplace(when, id);
}

void Expiries::remove(const registry::ObjectId& id) {
  const auto found = times_.find(id);
  if (found == times_.end()) return;
  order_.erase({found->second, id});
  times_.erase(found);
}

void Expiries::clear() {
  times_.clear();
  order_.clear();
}

std::vector<registry::ObjectId> Expiries::take(Instant now, std::size_t most) {
  std::vector<registry::ObjectId> due;
  while (due.size() < most && !order_.empty() && order_.begin()->first <= now) {
    due.push_back(order_.begin()->second);
    times_.erase(due.back());
    order_.erase(order_.begin());
  }
  return due;
}

std::optional<Instant> Expiries::next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

}  // namespace holdfast::control
