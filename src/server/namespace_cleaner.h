// Empties namespaces that are being deleted, and lets them go when nothing is left in them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "os/clock.h"
#include "registry/registry.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

// One pass over a namespace that is being deleted: removes what is in it. True when it is gone. What has finalizers
// begins to go and is looked at again later. Errors are those of the store.
api::ApiResult<bool> clean_namespace(registry::Registry& registry, const std::string& name);

// A thread that does so whenever one begins to be deleted or something in one that is goes, and every half a minute for
// those that are not gone yet.
class NamespaceCleaner {
 public:
  // All outlive it.
  NamespaceCleaner(registry::Registry& registry, registry::WatchHub& hub, os::Clock& clock);
  ~NamespaceCleaner();

 private:
  class Listener;
  void run(const std::stop_token& stop);
  bool listen(std::uint64_t& id);
  void clean_all();

  registry::Registry& registry_;
  registry::WatchHub& hub_;
  os::Clock& clock_;
  std::shared_ptr<Listener> listener_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::server
