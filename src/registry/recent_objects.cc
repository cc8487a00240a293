#include "registry/recent_objects.h"

namespace holdfast::registry {

SharedObject RecentObjects::find(const store::Entry& entry) const {
  const auto found = objects_.find(entry.key);
  if (found == objects_.end() || found->second.modified != entry.modified) return {};
  return found->second.object;
}

void RecentObjects::forget(const std::string& key) {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return;
  bytes_ -= found->second.bytes;
  order_.erase(found->second.place);
  objects_.erase(found);
}

void RecentObjects::keep(const store::Entry& entry, const SharedObject& object) {
  forget(entry.key);
  const std::size_t bytes = entry.key.size() + entry.value.size();
  const auto place = order_.insert(order_.end(), entry.key);
  objects_[entry.key] = {.modified = entry.modified, .bytes = bytes, .object = object, .place = place};
  bytes_ += bytes;
  while (bytes_ > most_)
    forget(std::string(order_.front()));
}

}  // namespace holdfast::registry
