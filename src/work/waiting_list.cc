#include "work/waiting_list.h"

#include "work/destination.h"

#include "api/fields.h"

namespace holdfast::work {

Needs needs_of(const json::Value& operation) {
  if (api::text_at(operation, {"spec", "type"}) != "Backup") return {};
  Needs needs;
  needs.cluster = api::text_at(operation, {"spec", "cluster"});
  const std::string_view destination = api::text_at(operation, {"spec", "destination"});
  if (!destination.empty())
    needs.destination = fmt::format("{}/{}", api::text_at(operation, {"spec", "seed"}), destination);
  return needs;
}

void WaitingList::put(Item item) {
  remove(item.id);
  order_.emplace(item.due, item.id);
  const registry::ObjectId id = item.id;
  items_.emplace(id, std::move(item));
}

void WaitingList::remove(const registry::ObjectId& id) {
  const auto found = items_.find(id);
  if (found == items_.end()) return;
  order_.erase({found->second.due, id});
  items_.erase(found);
}

void WaitingList::clear() {
  items_.clear();
  order_.clear();
}

bool WaitingList::is_free(const Needs& needs) const {
  if (busy_.contains(needs.cluster)) return false;
  const auto used = used_.find(needs.destination);
  if (used == used_.end()) return true;
  const auto bound = bounds_.find(needs.destination);
  return used->second < (bound == bounds_.end() ? kMostConcurrent : bound->second);
}

std::optional<WaitingList::Item> WaitingList::take(WallTime now) {
  for (const auto& [due, id] : order_) {
    if (due > now) return std::nullopt;
    const Item& item = items_.at(id);
    if (!is_free(item.needs)) continue;
    Item taken = item;
    remove(taken.id);
    return taken;
  }
  return std::nullopt;
}

std::optional<WallTime> WaitingList::next(WallTime now) const {
  const auto found = order_.upper_bound({now, registry::ObjectId{.name_space = "\xff", .name = ""}});
  if (found == order_.end()) return std::nullopt;
  return found->first;
}

void WaitingList::begin(const Needs& needs) {
  if (!needs.cluster.empty()) busy_.insert(needs.cluster);
  if (!needs.destination.empty()) ++used_[needs.destination];
}

void WaitingList::end(const Needs& needs) {
  busy_.erase(needs.cluster);
  const auto used = used_.find(needs.destination);
  if (used != used_.end() && --used->second == 0) used_.erase(used);
}

}  // namespace holdfast::work
