// How etcd's revisions become ours, and stay greater than every number given before when etcd itself was put back from
// an older snapshot.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include "etcd/client.h"
#include "store/revision_floor.h"
#include "store/store.h"

namespace holdfast::store {

// Our revision = etcd's + an offset. The offset is a key in etcd, so that all servers use the same; it is 0 until a
// server finds etcd at a smaller number than its floor has reached, and then raises it above everything reserved: the
// old entries get new numbers as well, because what was written since under their numbers is lost. Safe for any thread.
class Numbering {
 public:
  Numbering(etcd::Client& client, RevisionFloor& floor, std::string key)
      : client_(client), floor_(floor), key_(std::move(key)) {}

  struct Offset {
    std::int64_t number = 0;
    std::string text = "0";  // as it stands in etcd
    // 0 stays 0, which means "none" or "now".
    Revision ours(std::int64_t etcds) const { return etcds == 0 ? 0 : etcds + number; }
    std::int64_t etcds(Revision ours) const { return ours - number; }
  };
  Offset offset() const;
  const std::string& key() const { return key_; }
  // Makes a transaction fail when another server has raised the offset since.
  etcd::Compare guard(const Offset& offset) const;

  // Reads the offset, makes or raises it when needed, and returns the present revision. Asks the cluster, not one
  // member.
  Result<Revision> refresh();

  // A request that began when the floor had reached `before` was answered at etcd's revision `etcds`: has etcd gone
  // back?
  bool went_back(const Offset& offset, std::int64_t etcds, Revision before) const;
  Revision reached() const { return floor_.reached(); }
  // Every revision passes through here before somebody gets to see it.
  Result<Revision> hand_out(const Offset& offset, std::int64_t etcds);

 private:
  Result<bool> settle(Revision& revision);
  Status replace(const std::string& from, std::int64_t to);

  etcd::Client& client_;
  RevisionFloor& floor_;
  const std::string key_;
  mutable std::mutex mutex_;
  Offset offset_;  // protected by mutex_
};

}  // namespace holdfast::store
