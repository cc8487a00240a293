// Objects as events share them, and those that were decoded a moment ago.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"
#include "model/json.h"
#include "store/store.h"

namespace holdfast::registry {

// An object, or none, that nobody changes any more; copies are the same one.
class SharedObject {
 public:
  SharedObject() = default;
  SharedObject(std::nullopt_t) {}
  SharedObject(json::Value object) : object_(std::make_shared<const json::Value>(std::move(object))) {}

  bool has_value() const { return object_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  const json::Value& operator*() const { return *object_; }
  const json::Value* operator->() const { return object_.get(); }

 private:
  std::shared_ptr<const json::Value> object_;
};

// Objects that were decoded a moment ago: what an event made is mostly what the next one of that object begins with.
// One thread at a time.
class RecentObjects {
 public:
  // `most`: bytes of the texts they were decoded from; they take some ten times that.
  explicit RecentObjects(std::size_t most = kMiB) : most_(most) {}
  // The object of this entry as it is, or absent.
  SharedObject find(const store::Entry& entry) const;
  void keep(const store::Entry& entry, const SharedObject& object);
  void forget(const std::string& key);
  std::size_t size() const { return objects_.size(); }

 private:
  struct Recent {
    store::Revision modified = 0;
    std::size_t bytes = 0;
    SharedObject object;
    std::list<std::string>::iterator place;  // in order_
  };
  const std::size_t most_;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Recent> objects_;  // by key
  std::list<std::string> order_;                     // keys, the one kept longest ago first
};

}  // namespace holdfast::registry
