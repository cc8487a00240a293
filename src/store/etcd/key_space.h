// Which of etcd's keys are ours, and what they hold as entries and events.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "etcd/client.h"
#include "store/etcd/numbering.h"
#include "store/limits.h"
#include "store/store.h"

namespace holdfast::store {

// Below the prefix: "k/" and the key for entries, "m/" for what the store needs itself.
class KeySpace {
 public:
  explicit KeySpace(std::string prefix)
      : prefix_(std::move(prefix)), entries_(prefix_ + "k/"), all_(key_range(prefix_)) {}

  std::string of(const std::string& key) const { return entries_ + key; }
  std::string own(const std::string& name) const { return prefix_ + "m/" + name; }
  // The range of entries, as etcd takes it.
  KeyRange range(const std::string& prefix, const std::string& start) const;
  const KeyRange& all() const { return all_; }

  Entry entry(etcd::KeyValue kv, const Numbering::Offset& offset) const;
  // Nothing for keys of the store itself.
  std::optional<Event> event(etcd::WatchEvent event, const Numbering::Offset& offset) const;

 private:
  bool is_entry(const std::string& key) const { return key.starts_with(entries_); }

  std::string prefix_;
  std::string entries_;
  KeyRange all_;
};

}  // namespace holdfast::store
