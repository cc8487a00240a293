// An order as the member reads it: what the server wrote into spec.order of the Operation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "launcher/agent/order.h"

#include "base/result.h"
#include "base/units.h"

namespace holdfast::launcher {

// Which of the two decisions of a restore an order carries out.
enum class Decided { nothing, swap, way_back };

struct MemberOrder {
  std::string id;           // of the restore, as directories are called after it
  std::int64_t number = 0;  // of this restore and member, from 1; the highest one counts
  Decided decided = Decided::nothing;
  std::int64_t starts = 0;             // a swap: how often etcd had been started when the member stopped
  std::optional<WallTime> not_before;  // to forget
  // To stage:
  std::int64_t target_revision = 0;  // the latest one that clients will see; 0: that of the backup
  std::int64_t backup_revision = 0;
  std::string initial_cluster;  // as etcd's flag
  std::string cluster_token;    // makes the ids of the restored cluster others than those before
  std::string backup;           // the Backup to fetch
  std::string sha256;           // of its database; empty: not known
  std::uint64_t size = 0;       // bytes of the plain snapshot; 0: not known
};

// Code::usage says what is missing or cannot be: an order that cannot be understood is not carried out.
Result<MemberOrder> read_member_order(const Order& order);

}  // namespace holdfast::launcher
