// Locks on single objects: looked at, and put on where a server forgot to. Private to s3/.
#pragma once

#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"

namespace holdfast::objectstore::s3 {

// Code::refused when this answer to HEAD shows a lock that still holds.
Status check_unlocked(const http::ResponseHead& head, const std::string& key, WallTime now);

// Makes sure that what was just stored is locked as long as was asked for. Some servers take the headers and ignore
// them (Ceph 16 for objects in parts): then the lock is put on by a request of its own. When that fails the object is
// removed again, as far as possible: a backup that was to be locked and is not must not look like one that is.
Status ensure_locked(Client& client, const ObjectInfo& stored, WallTime until, const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3
