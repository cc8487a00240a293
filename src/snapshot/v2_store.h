// The old key-value store of etcd ("v2") as JSON, holding nothing but the members. etcd 3.5 and older take the
// cluster's membership from it; user data of version 3 is never in it.
#pragma once

#include <string>

#include "snapshot/membership.h"

namespace holdfast::snapshot {

std::string v2_store_json(const Membership& membership);

}  // namespace holdfast::snapshot
