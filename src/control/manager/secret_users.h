// Which Seeds take credentials from which Secrets, so that a Secret that comes or changes is noticed at once.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "control/manager/work_queue.h"
#include "registry/keys.h"

namespace holdfast::control {

// Safe for any thread.
class SecretUsers {
 public:
  // From now on the key uses these and no others. True when one is among them that it did not use before: a change of
  // that one may have been missed.
  bool set(const WorkKey& key, const std::set<registry::ObjectId>& secrets) {
    const std::lock_guard lock(mutex_);
    std::set<registry::ObjectId>& old = secrets_[key];
    bool has_new = false;
    for (const registry::ObjectId& each : secrets)
      has_new = has_new || !old.contains(each);
    old = secrets;
    return has_new;
  }

  // All that were ever set.
  std::vector<WorkKey> keys() const {
    const std::lock_guard lock(mutex_);
    std::vector<WorkKey> keys;
    for (const auto& [key, secrets] : secrets_)
      keys.push_back(key);
    return keys;
  }

  std::vector<WorkKey> of(const registry::ObjectId& secret) const {
    const std::lock_guard lock(mutex_);
    std::vector<WorkKey> keys;
    for (const auto& [key, secrets] : secrets_) {
      if (secrets.contains(secret)) keys.push_back(key);
    }
    return keys;
  }

 private:
  mutable std::mutex mutex_;
  std::map<WorkKey, std::set<registry::ObjectId>> secrets_;
};

}  // namespace holdfast::control
