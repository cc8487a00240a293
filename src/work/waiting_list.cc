#include "work/waiting_list.h"

#include <algorithm>

#include "work/destination.h"

#include "api/fields.h"

namespace holdfast::work {
namespace {

std::size_t sort_of(const Needs& needs) {
  return needs.backup ? 1 : 0;
}

}  // namespace

Needs needs_of(const json::Value& operation) {
  if (api::text_at(operation, {"spec", "type"}) != "Backup") return {};
  Needs needs;
  needs.backup = true;
  needs.cluster = api::text_at(operation, {"spec", "cluster"});
  const std::string_view destination = api::text_at(operation, {"spec", "destination"});
  if (!destination.empty())
    needs.destination = fmt::format("{}/{}", api::text_at(operation, {"spec", "seed"}), destination);
  return needs;
}

void WaitingList::put(Item item) {
  remove(item.id);
  orders_.at(sort_of(item.needs)).emplace(item.due, item.id);
  const registry::ObjectId id = item.id;
  items_.emplace(id, std::move(item));
}

void WaitingList::remove(const registry::ObjectId& id) {
  const auto found = items_.find(id);
  if (found == items_.end()) return;
  orders_.at(sort_of(found->second.needs)).erase({found->second.due, id});
  items_.erase(found);
}

void WaitingList::clear() {
  items_.clear();
  for (Order& each : orders_)
    each.clear();
}

bool WaitingList::is_free(const Needs& needs) const {
  if (busy_.contains(needs.cluster)) return false;
  const auto used = used_.find(needs.destination);
  if (used == used_.end()) return true;
  const auto bound = bounds_.find(needs.destination);
  return used->second < (bound == bounds_.end() ? kMostConcurrent : bound->second);
}

const WaitingList::Item* WaitingList::first_free(std::size_t sort, WallTime now) const {
  if (at_work_.at(sort) >= at_once_.at(sort)) return nullptr;
  for (const auto& [due, id] : orders_.at(sort)) {
    if (due > now) return nullptr;
    const Item& item = items_.at(id);
    if (is_free(item.needs)) return &item;
  }
  return nullptr;
}

std::optional<WaitingList::Item> WaitingList::take(WallTime now) {
  const Item* first = nullptr;
  for (std::size_t sort = 0; sort < orders_.size(); ++sort) {
    const Item* found = first_free(sort, now);
    if (found != nullptr && (first == nullptr || found->due < first->due)) first = found;
  }
  if (first == nullptr) return std::nullopt;
  Item taken = *first;
  remove(taken.id);
  return taken;
}

std::optional<WallTime> WaitingList::next(WallTime now) const {
  std::optional<WallTime> next;
  for (const Order& order : orders_) {
    const auto found = order.upper_bound({now, registry::ObjectId{.name_space = "\xff", .name = ""}});
    if (found != order.end()) next = std::min(next.value_or(found->first), found->first);
  }
  return next;
}

void WaitingList::begin(const Needs& needs) {
  ++at_work_.at(sort_of(needs));
  if (!needs.cluster.empty()) busy_.insert(needs.cluster);
  if (!needs.destination.empty()) ++used_[needs.destination];
}

void WaitingList::end(const Needs& needs) {
  --at_work_.at(sort_of(needs));
  busy_.erase(needs.cluster);
  const auto used = used_.find(needs.destination);
  if (used != used_.end() && --used->second == 0) used_.erase(used);
}

}  // namespace holdfast::work
