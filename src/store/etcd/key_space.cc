#include "store/etcd/key_space.h"

namespace holdfast::store {

KeyRange KeySpace::range(const std::string& prefix, const std::string& start) const {
  return key_range(entries_ + prefix, entries_ + start);
}

Entry KeySpace::entry(etcd::KeyValue kv, const Numbering::Offset& offset) const {
  return {.key = kv.key.substr(entries_.size()),
          .value = std::move(kv.value),
          .created = offset.ours(kv.create_revision),
          .modified = offset.ours(kv.mod_revision),
          .lease = kv.lease};
}

std::optional<Event> KeySpace::event(etcd::WatchEvent event, const Numbering::Offset& offset) const {
  if (!is_entry(event.kv.key)) return std::nullopt;
  Event made{.revision = offset.ours(event.kv.mod_revision),
             .key = event.kv.key.substr(entries_.size()),
             .entry = {},
             .previous = {}};
  if (event.kind == etcd::WatchEvent::Kind::put) made.entry = entry(std::move(event.kv), offset);
  if (event.previous) made.previous = entry(std::move(*event.previous), offset);
  return made;
}

}  // namespace holdfast::store
