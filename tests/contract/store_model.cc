#include "contract/store_model.h"

#include <fmt/format.h>

#include "store/limits.h"

namespace holdfast::test {

using store::Entry;
using store::Event;
using store::Revision;
using store::Write;

bool StoreModel::holds(const std::vector<store::Condition>& conditions) const {
  return std::all_of(conditions.begin(), conditions.end(), [this](const store::Condition& condition) {
    const auto found = present().find(condition.key);
    return condition.modified == (found == present().end() ? 0 : found->second.modified);
  });
}

bool StoreModel::changes(const std::vector<Write>& writes) const {
  return std::any_of(writes.begin(), writes.end(),
                     [this](const Write& write) { return write.value || present().count(write.key) != 0; });
}

void StoreModel::apply(const std::vector<Write>& writes, Revision revision) {
  State state = present();
  for (const Write* write : store::by_key(writes)) {
    Event event{.revision = revision, .key = write->key, .entry = {}, .previous = {}};
    const auto found = state.find(write->key);
    if (found != state.end()) event.previous = found->second;
    if (!write->value && !event.previous) continue;
    if (write->value) {
      event.entry = Entry{.key = write->key,
                          .value = *write->value,
                          .created = event.previous ? event.previous->created : revision,
                          .modified = revision,
                          .lease = write->lease};
      state[write->key] = *event.entry;
    } else {
      state.erase(write->key);
    }
    log_.push_back(std::move(event));
  }
  states_[revision] = std::move(state);
}

Revision StoreModel::nth(std::size_t n) const {
  return std::next(states_.begin(), static_cast<std::ptrdiff_t>(n % states_.size()))->first;
}

std::vector<Entry> StoreModel::list(const std::string& prefix, Revision revision) const {
  std::vector<Entry> entries;
  for (const auto& [key, entry] : at(revision)) {
    if (key.starts_with(prefix)) entries.push_back(entry);
  }
  return entries;
}

std::vector<Event> StoreModel::events(const std::string& prefix, Revision after) const {
  std::vector<Event> events;
  for (const Event& event : log_) {
    if (event.revision > after && event.key.starts_with(prefix)) events.push_back(event);
  }
  return events;
}

std::vector<Write> StoreModel::keys_of(store::LeaseId lease) const {
  std::vector<Write> writes;
  for (const auto& [key, entry] : present()) {
    if (entry.lease == lease) writes.push_back({.key = key, .value = {}});
  }
  return writes;
}

std::string all_of(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries) {
    text += fmt::format("{}={} made {} changed {} lease {}\n", entry.key, entry.value, entry.created, entry.modified,
                        entry.lease);
  }
  return text;
}

std::string all_of(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) {
    text += fmt::format("{}: {}\n now {} was {}", event.revision, event.key,
                        event.entry ? all_of({*event.entry}) : "nothing\n",
                        event.previous ? all_of({*event.previous}) : "nothing\n");
  }
  return text;
}

}  // namespace holdfast::test
