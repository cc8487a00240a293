// Objects in memory: for tests and simulations of what stands above a store.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "os/clock.h"

namespace holdfast::objectstore {

// Has every feature but versions. An object open for reading stays as it was when it is replaced or removed meanwhile.
// A locked object can be neither removed nor replaced before its time (Code::refused).
class MemoryStore final : public ObjectStore {
 public:
  explicit MemoryStore(os::Clock& clock) : clock_(clock) {}

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override;
  Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) override;
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override;
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override;
  Status remove(const std::string& key, const std::stop_token& stop) override;
  Features features(const std::stop_token&) const override;
  std::string describe() const override { return "memory:"; }

 private:
  struct Object {
    ObjectInfo info;
    Bytes bytes;
    std::optional<WallTime> retain_until;
  };
  class Source;

  std::shared_ptr<const Object> find(const std::string& key) const;
  Status check_unlocked(const std::string& key) const;  // mutex_ is held

  os::Clock& clock_;
  mutable std::mutex mutex_;
  // Protected by mutex_. Shared with the sources that read them.
  std::map<std::string, std::shared_ptr<const Object>, std::less<>> objects_;
};

}  // namespace holdfast::objectstore
